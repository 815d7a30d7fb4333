import { expect, test } from 'vitest'
import { initialsOf } from '#views/components/initials.ts'
import { greetingOf } from '#views/portal/greeting.ts'

test.each([
  ['Harbour & Pine Ltd', 'HP'],
  ['maya@example.com', 'M'],
  ['Łódź Meble Sp. z o.o.', 'ŁM'],
  ['𠮷野家', '𠮷'],
  ['…', ''],
])('%s is shortened to "%s"', (name, initials) => expect(initialsOf(name)).toBe(initials))

test.each([
  ['Maya Okafor', '2026-11-25T04:59:00Z', 'Good evening, Maya'],
  ['Maya Okafor', '2026-11-25T05:00:00Z', 'Good morning, Maya'],
  ['Maya Okafor', '2026-11-25T12:00:00Z', 'Good afternoon, Maya'],
  ['Maya Okafor', '2026-11-25T18:00:00Z', 'Good evening, Maya'],
  ['  ', '2026-11-25T12:00:00Z', 'Welcome'],
])('"%s" is greeted at %s with "%s"', (name, at, greeting) => expect(greetingOf(name, Date.parse(at), 'UTC')).toBe(greeting))

test('the company’s clock decides, not the server’s', () => {
  expect(greetingOf('Maya', Date.parse('2026-11-25T21:00:00Z'), 'Pacific/Auckland')).toBe('Good morning, Maya')
})
