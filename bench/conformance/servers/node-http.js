// Node's own server, as its documentation closes it.
const http = require('node:http')
const { answer } = require('./endpoints')

const server = http.createServer(answer)
process.on('SIGTERM', () => server.close())
server.listen(Number(process.env.PORT), '127.0.0.1')
