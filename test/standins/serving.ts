import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A function from a request to an answer, on the loopback interface. */

export type Served = { origin: string; stop: () => Promise<void> }

const read = async (incoming: IncomingMessage, origin: string): Promise<Request> => {
  const { method = 'GET', url = '/', headers } = incoming
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  const lines = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : []))
  return new Request(new URL(url, origin), { method, headers: lines, body: method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks) })
}

const write = async (answer: Response, outgoing: ServerResponse): Promise<void> => {
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()))
}

/**
 * @param port 0 takes a free one
 * @param answer when it throws, the connection ends without an answer
 */
export const serveOn = async (port: number, answer: (request: Request) => Promise<Response>): Promise<Served> => {
  let origin = ''
  const server = createServer((incoming, outgoing) => {
    read(incoming, origin)
      .then(answer)
      .then((response) => write(response, outgoing))
      .catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const bound = server.address()
  origin = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { origin, stop }
}
