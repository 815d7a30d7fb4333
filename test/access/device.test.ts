import { expect, it } from 'vitest'
import { deviceOf, placeOf, whereaboutsOf } from '#src/access/device.ts'
import { placeName } from '#views/components/place.ts'

it.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0', 'Firefox on Windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15', 'Safari on macOS'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1', 'Safari on iOS'],
  ['Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Microsoft Edge on Windows',
  ],
  ['', ''],
  [undefined, ''],
])('%s is %s', (agent, device) => expect(deviceOf(agent)).toBe(device))

it('whatever else it calls itself is at most 60 characters, without a line break', () => {
  const odd = ['curl/8.5.0', '<script>alert(1)</script>', 'x'.repeat(100_000), '\u0000', 'Mozilla/5.0\r\nFirefox/1', '() { :;}; echo']
  for (const agent of odd) expect(deviceOf(agent)).toMatch(/^[^\r\n]{0,60}$/)
})

it.each([
  [{ city: 'São Paulo', country: 'BR' }, 'São Paulo, Brazil'],
  [{ country: 'PT' }, 'Portugal'],
  [{ city: 'Porto' }, 'Porto'],
  [{ city: 'Nowhere', country: 'T1' }, 'Nowhere'],
  [{ country: 'XX' }, ''],
  [{ country: 'QQ' }, ''],
  [{ city: 7, country: ['PT'] }, ''],
  [undefined, ''],
])('%o reads %s', (cf, place) => expect(placeName(placeOf(cf))).toBe(place))

it('a request tells both', () => {
  const request = new Request('https://x.example', { headers: { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0' } })
  expect(whereaboutsOf(request)).toEqual({ device: 'Firefox on Linux', city: '', country: '' })
})
