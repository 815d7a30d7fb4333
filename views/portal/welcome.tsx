import { raw } from 'hono/html'

/** What the company says to its clients. @param html as src/markdown.ts makes it, which lets through nothing that runs */
export const Welcome = ({ html }: { html: string }) => (html === '' ? null : <div class="note welcome">{raw(html)}</div>)
