// What needs no test run, two at a time: each takes one core, and machines of CI have two. What each has said is printed when it has ended.
import { spawn } from 'node:child_process'

const LANES = [['lint'], ['typecheck', 'test:types', 'test:package']]

const passed = await Promise.all(LANES.map(async (scripts) => {
  for (const script of scripts) {
    const { code, said } = await run('npm', ['run', '--silent', script])
    console.log(`${code === 0 ? 'ok' : 'not ok'} ${script}${said === '' ? '' : `\n${said}`}`)
    if (code !== 0) return false
  }
  return true
}))
process.exitCode = passed.every(Boolean) ? 0 : 1

async function run (file, args) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { said += text })
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  return { code, said: said.trim() }
}
