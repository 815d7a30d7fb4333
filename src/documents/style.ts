import { type Colour, colourOf, PAGE, type Sheet, type Style } from './sheet.ts'

export const INK = colourOf('#1b1e24')
const SOFT = colourOf('#565b66')
export const LINE = colourOf('#dcdbd7')

const style = (face: Style['face'], size: number, colour: Colour): Style => ({ face, size, colour })
export const STYLES = {
  company: style('bold', 13, INK),
  title: style('bold', 23, INK),
  number: style('bold', 10, INK),
  body: style('regular', 9.5, INK),
  strong: style('bold', 9.5, INK),
  label: style('regular', 8, SOFT),
  heading: style('bold', 8, SOFT),
  sender: style('regular', 7.5, SOFT),
  footer: style('regular', 7, SOFT),
  grand: style('bold', 13, INK),
  due: style('bold', 16, INK),
} as const

export const LEFT = PAGE.margin
export const RIGHT = PAGE.width - PAGE.margin
export const WIDTH = RIGHT - LEFT

/** From one line of a text to the next. */
export const leading = ({ size }: Pick<Style, 'size'>) => size * 1.38

/** How things follow each other down the pages: nothing is written below the floor. */
export type Flow = {
  sheet: Sheet
  floor: number
  /** Begins a further page. */
  turn: () => void
}

/** Turns the page unless this much room is left. */
export const makeRoom = ({ sheet, floor, turn }: Flow, height: number): void => {
  if (sheet.y - height < floor) turn()
}

/** The lines of a text under each other, over the page's end if they must. */
export const drawParagraph = (flow: Flow, lines: string[], x: number, textStyle: Style): void => {
  for (const line of lines) {
    makeRoom(flow, leading(textStyle))
    flow.sheet.y -= leading(textStyle)
    flow.sheet.text(line, x, flow.sheet.y, textStyle)
  }
}
