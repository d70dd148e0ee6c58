// Express with http-graceful-shutdown, as its README shows.
import express from 'express'
import gracefulShutdown from 'http-graceful-shutdown'

const app = express()
app.get('/health', (_request, response) => response.send('ok'))
app.get('/', (_request, response) => response.send('hello'))
gracefulShutdown(app.listen(process.env.PORT))
