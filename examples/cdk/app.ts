// npx cdk deploy --app 'npx tsx examples/cdk/app.ts' Shop
import { App } from 'aws-cdk-lib'

import { InstancesStack } from './instances-stack'
import { ShopStack } from './shop-stack'

const app = new App()
new ShopStack(app, 'Shop', { secretName: 'shop/databases' })
new InstancesStack(app, 'Instances', { secretName: 'shop/databases' })
