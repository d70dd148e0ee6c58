/** Why no process can be stopped here as ECS stops it; undefined where it can. */
export function unfit (platform: NodeJS.Platform = process.platform): string | undefined {
  if (platform === 'win32') return 'Windows has no SIGTERM that a process could hear: run it in WSL, or in a Linux container'
}
