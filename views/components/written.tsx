import { raw } from 'hono/html'

/** What somebody wrote in Markdown. @param html as src/markdown.ts makes it, which lets through nothing that runs */
export const Written = ({ html, boxed }: { html: string; boxed?: boolean }) =>
  html === '' ? null : <div class={boxed ? 'note written' : 'written'}>{raw(html)}</div>
