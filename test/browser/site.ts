import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findChromium } from '#tools/chromium.ts'

/** The whole site as `npm start` runs it, on a free port and with a database of its own, and a browser to walk it. */

const ROOT = join(import.meta.dirname, '../..')

export type Site = {
  staff: string
  portal: (slug: string) => string
  /** Where DNS records are put. */
  registrar: string
  tenant: (slug: string, name: string, email: string) => Promise<void>
  stop: () => Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

export const startSite = async (): Promise<Site> => {
  const state = mkdtempSync(join(tmpdir(), 'stockflow-'))
  const port = await freePort()
  const child = spawn(process.execPath, ['tools/start.ts', '--persist-to', state], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = await welcome(child)
  return {
    staff: `http://app.stockflow.localhost:${port}`,
    portal: (slug) => `http://${slug}.stockflow.localhost:${port}/portal`,
    registrar: /DNS records\s+(\S+)/.exec(said)?.[1] ?? '',
    tenant: async (slug, name, email) => {
      await promisify(execFile)(
        process.execPath,
        ['tools/tenant.ts', 'create', '--slug', slug, '--name', name, '--owner-email', email, '--persist-to', state],
        { cwd: ROOT },
      )
    },
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      rmSync(state, { recursive: true, force: true })
    },
  }
}

/** Until it prints its addresses; what it said is the reason if it never does. */
const welcome = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('Ctrl-C ends it')) resolve(said)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${said}`)))
  })

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-background-networking', '--disable-sync', '--disable-component-update', '--no-first-run', '--disable-gpu'],
  })

/** Everything that pages, or one of them, say in the console, and everything asked of a foreign origin: both should stay empty. */
export const listen = (context: BrowserContext | Page): string[] => {
  const heard: string[] = []
  context.on('console', (message) => heard.push(`${message.type()}: ${message.text()} (${message.location().url})`))
  if ('newPage' in context) context.on('weberror', (error) => heard.push(String(error.error())))
  else context.on('pageerror', (error) => heard.push(String(error)))
  context.on('request', (request) => {
    if (!new URL(request.url()).hostname.endsWith('.stockflow.localhost')) heard.push(`asked for ${request.url()}`)
  })
  return heard
}
