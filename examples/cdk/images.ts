import { ContainerImage } from 'aws-cdk-lib/aws-ecs'
import { join } from 'node:path'

/** What every container of examples/Dockerfile is asked for its health: there is no shell in it, and Node is in no usual place. */
export const checkCommand = (url: string): string[] => ['CMD', '/nodejs/bin/node', 'check.js', url]

/** The example of that name in this repository, built when the app is deployed. What goes into the build is what .dockerignore lets in. */
export function imageOf (service: string): ContainerImage {
  return ContainerImage.fromAsset(join(__dirname, '../..'), { file: 'examples/Dockerfile', buildArgs: { SERVICE: service } })
}
