import { expect, test } from 'vitest'
import { contentDisposition, isDownload, pdfResponse } from '#src/documents/response.ts'
import type { DocumentFile } from '#src/documents/stored.ts'

const TEXT = '0123456789'
const TAG = '"abc"'

/** A file of ten bytes that notes what it was asked for. */
const tenBytes = () => {
  const asked: string[] = []
  const bytes = new TextEncoder().encode(TEXT)
  const note = <T>(what: string, answer: T) => {
    asked.push(what)
    return Promise.resolve(answer)
  }
  const file: DocumentFile = {
    etag: TAG,
    size: () => note('size', 10),
    whole: () => note('whole', { body: bytes, size: 10 }),
    part: ({ offset, length }) => note('part', bytes.subarray(offset, offset + length)),
  }
  return { file, asked }
}

const textOf = async (response: Response) => new TextDecoder().decode(await response.arrayBuffer())

const ask = async (method: string, headers: Record<string, string> = {}) => {
  const { file, asked } = tenBytes()
  const request = new Request('https://portal.test/invoices/1/pdf', { method, headers })
  const response = await pdfResponse(request, file, 'INV-1.pdf')
  return { request, response, asked, header: (name: string) => response.headers.get(name) }
}

test('a GET sends all of it, as a personal download that nothing keeps', async () => {
  const { response, asked, header } = await ask('GET')
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toEqual({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    'content-disposition': `attachment; filename="INV-1.pdf"; filename*=UTF-8''INV-1.pdf`,
    'content-length': '10',
    'content-type': 'application/pdf',
    etag: TAG,
  })
  expect(header('ETag')).toBe(TAG)
  expect(await textOf(response)).toBe(TEXT)
  expect(asked).toEqual(['whole'])
})

test('a HEAD sends the same headers and reads no file', async () => {
  const { response, asked } = await ask('HEAD')
  const whole = await ask('GET')
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toEqual(Object.fromEntries(whole.response.headers))
  expect(await textOf(response)).toBe('')
  expect(asked).toEqual(['size'])
})

test.each([
  ['GET', TAG, 304],
  ['HEAD', TAG, 304],
  ['GET', 'W/"abc"', 304],
  ['GET', '"x", "abc"', 304],
  ['GET', '*', 304],
  ['GET', '"x"', 200],
  ['GET', 'abc', 200],
])('%s with If-None-Match %s answers %i', async (method, tag, status) => {
  const { response, asked, header } = await ask(method, { 'If-None-Match': tag })
  expect(response.status).toBe(status)
  expect(header('ETag')).toBe(TAG)
  expect(header('Cache-Control')).toBe('private, no-store')
  if (status === 304) expect(asked).toEqual([])
})

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=4-', '456789', 'bytes 4-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=-30', TEXT, 'bytes 0-9/10'],
  ['bytes=9-9', '9', 'bytes 9-9/10'],
  ['bytes=5-500', '56789', 'bytes 5-9/10'],
  ['Bytes=0-0', '0', 'bytes 0-0/10'],
])('Range %s sends %s', async (range, expected, contentRange) => {
  const { response, header } = await ask('GET', { Range: range })
  expect(response.status).toBe(206)
  expect(header('Content-Range')).toBe(contentRange)
  expect(header('Content-Length')).toBe(String(expected.length))
  expect(header('ETag')).toBe(TAG)
  expect(await textOf(response)).toBe(expected)
})

test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', 'bytes=999999999999999-'])('Range %s lies outside', async (range) => {
  const { response, asked, header } = await ask('GET', { Range: range })
  expect(response.status).toBe(416)
  expect(header('Content-Range')).toBe('bytes */10')
  expect(await textOf(response)).toBe('')
  expect(asked).toEqual(['size'])
})

test.each(['bytes=0-1,3-4', 'bytes=5-2', 'bytes=-', 'bytes=a-b', 'lines=0-1', 'bytes 0-1', 'bytes=9999999999999999999-'])(
  'Range %s is answered with the whole',
  async (range) => {
    const { response, asked } = await ask('GET', { Range: range })
    expect(response.status).toBe(200)
    expect(await textOf(response)).toBe(TEXT)
    expect(asked).toEqual(['whole'])
  },
)

test.each([
  [TAG, 206],
  ['W/"abc"', 200],
  ['"other"', 200],
  ['Wed, 14 Oct 2026 00:00:00 GMT', 200],
])('a range with If-Range %s answers %i', async (condition, status) => {
  const { response } = await ask('GET', { Range: 'bytes=2-3', 'If-Range': condition })
  expect(response.status).toBe(status)
})

test.each([
  ['GET', {}, true],
  ['GET', { Range: 'bytes=0-3' }, true],
  ['GET', { Range: 'bytes=4-' }, false],
  ['GET', { Range: 'bytes=10-' }, false],
  ['GET', { 'If-None-Match': TAG }, false],
  ['HEAD', {}, false],
] as [string, Record<string, string>, boolean][])('%s with %j is a download: %s', async (method, headers, expected) => {
  const { request, response } = await ask(method, headers)
  expect(isDownload(request, response)).toBe(expected)
})

test.each([
  ['INV-20377.pdf', 'INV-20377.pdf', 'INV-20377.pdf'],
  ['Invoice 7.pdf', 'Invoice 7.pdf', 'Invoice%207.pdf'],
  ['INV "1"/ü\r\n.pdf', "INV '1'-u .pdf", 'INV%20%271%27-%C3%BC%20.pdf'],
  ['a"\r\nSet-Cookie: b.pdf', "a' Set-Cookie- b.pdf", 'a%27%20Set-Cookie-%20b.pdf'],
  ['..\\..\\etc/passwd', '-..-etc-passwd', '-..-etc-passwd'],
  ['Łódź №5.pdf', '_odz No5.pdf', '%C5%81%C3%B3d%C5%BA%20%E2%84%965.pdf'],
  ['漢字😀.pdf', '___.pdf', '%E6%BC%A2%E5%AD%97%F0%9F%98%80.pdf'],
  ['＂x／y＼.pdf', '_x_y_.pdf', '%EF%BC%82x%EF%BC%8Fy%EF%BC%BC.pdf'],
  ['fdp\u202efdp.exe', 'fdp fdp.exe', 'fdp%20fdp.exe'],
  ["100% (it's)!*.pdf", "100_ (it's)!-.pdf", '100%25%20%28it%27s%29%21-.pdf'],
  ['x\ud800.pdf', 'x_.pdf', 'x%EF%BF%BD.pdf'],
  ['', 'document', 'document'],
  ['...', 'document', 'document'],
])('a file called %j is sent as "%s"', (fileName, ascii, encoded) => {
  const value = contentDisposition(fileName)
  expect(value).toBe(`attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`)
  expect(new Headers({ 'Content-Disposition': value }).get('Content-Disposition')).toBe(value)
})

test('a name of any length is cut, its ending kept', () => {
  const value = contentDisposition(`${'9'.repeat(5000)}.pdf`)
  expect(value).toContain(`filename="${'9'.repeat(150)}.pdf"`)
})
