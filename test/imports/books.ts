import type { Files } from './importing.ts'
import { csv } from './importing.ts'

/** Small books with a bit of everything: several currencies, refunds, payments on account, tax, discounts, odd letters. */

const client = (code: string, currency = 'EUR', more: { name?: string; email?: string; limit?: string } = {}) => [
  code,
  more.name ?? `${code} & Söhne`,
  more.email ?? `${code.toLowerCase()}@clients.example`,
  '030 1234',
  'active',
  currency,
  more.limit ?? '1000.00',
  'Hauptstraße 1',
  '',
  'Łódź',
  '',
  '10115',
  'Germany',
]

export const books = (): Required<Files> => ({
  clients: csv(
    'clients',
    client('KD-1'),
    client('KD-2', 'USD', { name: 'Ζεύς, "Ltd"\nAthens', limit: '' }),
    client('KD-3', 'JPY', { limit: '50000' }),
    client('KD-4', 'EUR', { email: '' }),
  ),
  orders: csv(
    'orders',
    ['O-1', 'KD-1', 'O-1', '2026-01-05', 'delivered', 'EUR', '100.00'],
    ['O-2', 'KD-2', 'O-2', '2026-02-05', 'cancelled', 'USD', '19.00'],
    ['O-3', 'KD-3', 'O-3', '2026-03-05', 'draft', 'JPY', '1500'],
  ),
  order_lines: csv(
    'order_lines',
    ['O-1', 1, 'A', 'Käse', '4', '20.00', '0.00', '80.00'],
    ['O-1', 2, 'B', 'Brot, "frisch"', '2.5', '8.00', '', '20.00'],
    ['O-2', 1, 'A', 'Cheese', '1', '20.00', '5', '19.00'],
    ['O-3', 1, 'A', 'チーズ', '3', '500', '0', '1500'],
  ),
  shipments: csv(
    'shipments',
    ['S-1', 'O-1', 'DHL', '00340 43', 'https://carrier.example/track?n=1&l=de', '2026-01-06', '2026-01-08'],
    ['S-2', 'O-1', 'Ταχυδρομείο', '', '', '', ''],
  ),
  invoices: csv(
    'invoices',
    ['I-1', 'KD-1', 'O-1', 'RE 1', '2026-01-06', '2026-02-05', 'open', 'EUR', '119.00'],
    ['I-2', 'KD-1', '', 'RE 2', '2026-01-07', '', 'open', 'EUR', '50.00'],
    ['I-3', 'KD-2', 'O-2', 'RE 3', '2026-01-08', '2026-02-08', 'void', 'USD', '19.00'],
    ['I-4', 'KD-3', 'O-3', 'RE 4', '2026-01-09', '2026-02-09', 'draft', 'JPY', '1650'],
    ['I-5', 'KD-4', '', 'RE 5', '2026-01-10', '2026-02-10', 'open', 'EUR', '0.00'],
  ),
  invoice_lines: csv(
    'invoice_lines',
    ['I-1', 1, 'A', 'Käse', '4', '20.00', '19', '80.00'],
    ['I-1', 2, 'B', 'Brot', '2.5', '8.00', '19', '20.00'],
    ['I-2', 1, '', 'Fracht', '1', '60.00', '', '60.00'],
    ['I-2', 2, '', 'Rabatt', '1', '-10.00', '0', '-10.00'],
    ['I-4', 1, 'A', 'チーズ', '3', '500', '10', '1500'],
  ),
  credit_notes: csv(
    'credit_notes',
    ['C-1', 'KD-1', 'I-1', 'GS 1', '2026-01-25', 'open', 'EUR', '11.90'],
    ['C-2', 'KD-1', '', 'GS 2', '2026-01-26', 'void', 'EUR', '5.00'],
    ['C-3', 'KD-3', '', 'GÜ 3', '2026-01-27', 'open', 'JPY', '300'],
  ),
  credit_note_lines: csv(
    'credit_note_lines',
    ['C-1', 1, 'A', 'Käse, verdorben', '0.5', '20.00', '19', '10.00'],
    ['C-3', 1, '', 'チーズ', '1', '300', '', '300'],
  ),
  payments: csv(
    'payments',
    ['P-1', 'KD-1', 'I-1', '2026-01-20', '19.00', 'EUR', 'card'],
    ['P-2', 'KD-1', 'I-1', '2026-01-21', '120.00', 'EUR', 'card'],
    ['P-3', 'KD-1', 'I-2', '2026-01-22', '-5.00', 'EUR', 'refund'],
    ['P-4', 'KD-1', '', '2026-01-23', '7.50', 'EUR', ''],
    ['P-5', 'KD-2', 'I-3', '2026-01-24', '19.00', 'USD', 'card'],
  ),
})

/** The same with one cell of one row changed; the row is found by its beginning. */
export const changed = (text: string, begins: string, from: string, to: string): string => {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.startsWith(begins))
  const line = lines[at]
  if (!line?.includes(from)) throw new Error(`no row ${begins} with ${from}`)
  return lines.with(at, line.replace(from, to)).join('\n')
}

/** The same with further rows. */
export const withRows = (text: string, ...rows: string[]): string => [text, ...rows].join('\n')
