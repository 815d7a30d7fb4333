import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Bars side by side, as SVG that reads on light and on dark pages. */

export type Bars = { title: string; unit: string; series: string[]; rows: { label: string; values: number[] }[] }

const COLOURS = ['#1d6b57', '#9aa5b1', '#c77d2e', '#5b6fb5']
const [LEFT, WIDTH, BAR, GAP] = [190, 420, 12, 10]

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export const writeChart = (file: string, { title, unit, series, rows }: Bars): void => {
  const most = Math.max(...rows.flatMap(({ values }) => values), Number.MIN_VALUE)
  const rowHeight = series.length * BAR + GAP
  const top = 34 + series.length * 18
  const height = top + rows.length * rowHeight + 6
  const legend = series.map(
    (name, i) => `<rect x="12" y="${34 + i * 18}" width="12" height="12" fill="${COLOURS[i]}"/><text x="30" y="${44 + i * 18}">${escaped(name)}</text>`,
  )
  const bars = rows.flatMap(({ label, values }, row) => {
    const y = top + row * rowHeight
    return [
      `<text x="${LEFT - 8}" y="${y + (series.length * BAR) / 2 + 4}" text-anchor="end">${escaped(label)}</text>`,
      ...values.map((value, i) => {
        const width = Math.max(1, (value / most) * WIDTH)
        return `<rect x="${LEFT}" y="${y + i * BAR}" width="${width.toFixed(1)}" height="${BAR - 2}" fill="${COLOURS[i]}"/><text x="${(LEFT + width + 6).toFixed(1)}" y="${y + i * BAR + 9}" class="value">${value.toFixed(2)} ${unit}</text>`
      }),
    ]
  })
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 ${height}" role="img" aria-label="${escaped(title)}">
<style>text{font:12px system-ui,sans-serif;fill:#22242b}.value{font-size:10px}.title{font-weight:600;font-size:14px}@media(prefers-color-scheme:dark){text{fill:#e8e6e1}}</style>
<text x="12" y="20" class="title">${escaped(title)}</text>
${[...legend, ...bars].join('\n')}
</svg>
`,
  )
}
