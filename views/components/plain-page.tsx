import { Document } from './document.tsx'

type PlainPageProps = { title: string; text: string; action?: { href: string; label: string } | undefined }

/** A page that belongs to nobody: the same on every host, so that it tells nothing about who is there. */
export const PlainPage = ({ title, text, action }: PlainPageProps) => (
  <Document title={title}>
    <main class="gate plain" id="main" tabindex={-1}>
      <div class="card">
        <h1>{title}</h1>
        <p>{text}</p>
        {action && (
          <a class="button" href={action.href}>
            {action.label}
          </a>
        )}
      </div>
    </main>
  </Document>
)
