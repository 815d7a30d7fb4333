import { Document } from './document.ts'

type PlainPageProps = { title: string; text: string; next?: { href: string; words: string } }

/** A page that belongs to nobody: the same on every host, so that it tells nothing about who is there. */
export const PlainPage = ({ title, text, next }: PlainPageProps) => (
  <Document title={title}>
    <main class="gate plain" id="main" tabindex={-1}>
      <div class="card">
        <h1>{title}</h1>
        <p>{text}</p>
        {next && <a href={next.href}>{next.words}</a>}
      </div>
    </main>
  </Document>
)

/** The same for a part of a page, which stays around it. */
export const PlainPart = ({ title, text }: PlainPageProps) => (
  <div class="note bad" id="results" role="alert">
    <p>
      <b>{title}</b>
    </p>
    <p>{text}</p>
  </div>
)
