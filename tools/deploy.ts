/** `npm run deploy`: makes what is missing on the operator's account at Cloudflare, and puts this code there. Safe to repeat. */
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { DeployError } from './deploy/api.ts'
import { deploy } from './deploy/deploy.ts'
import type { Wrangler } from './deploy/run.ts'
import { readSettings, type Settings } from './deploy/settings.ts'
import { QUIET, ROOT, WRANGLER } from './local-state.ts'

/** As the operator would run it, without a question. */
export const wranglerAt =
  ({ token, apiBaseUrl }: Settings): Wrangler =>
  (args, { accountId }) =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, ...QUIET, CI: '1', CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: accountId, CLOUDFLARE_API_BASE_URL: apiBaseUrl }
      const child = spawn(process.execPath, ['--no-warnings', WRANGLER, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
      let words = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (words += chunk.toString()))
      child.once('error', reject)
      child.once('close', (code) => (code === 0 ? resolve() : reject(new DeployError(`wrangler ${args.slice(0, 3).join(' ')} failed:\n${words.trim()}`))))
    })

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } })
  const said = readSettings()
  if ('problems' in said) {
    console.error(`${said.problems.join('\n')}\n\nSettings are read from the environment, then from deploy.env: docs/install.md has the list.`)
    return 1
  }
  const isDry = values['dry-run']
  const { changes, missing } = await deploy({ settings: said.settings, isDry, wrangler: wranglerAt(said.settings), say: console.log })
  if (changes.length === 0) console.log('\nNothing to do: everything is there, and this code runs.')
  else console.log(isDry ? `\n${changes.length} changes would be made.` : `\nDone: https://app.${said.settings.baseDomain}`)
  return missing.length > 0 ? 1 : 0
}

if (import.meta.main) {
  process.exitCode = await main().catch((error: unknown) => {
    console.error(error instanceof DeployError ? error.message : error)
    return 1
  })
}
