import type { MailState } from '#src/db/schema/outbox.ts'
import { Document } from '#views/components/document.ts'
import { State, type Tone } from '#views/components/state.tsx'
import { EmptyCard } from './empty-card.tsx'

/** A mail of the outbox; `createdAt` in milliseconds since 1970. */
export type MailboxMail = { id: string; to: string; subject: string; text: string; html: string; createdAt: number; state: MailState }

const MAIL_WORDS: Record<MailState, { word: string; tone: Tone }> = {
  queued: { word: 'Waiting', tone: 'wait' },
  sending: { word: 'Sending', tone: 'wait' },
  sent: { word: 'Sent', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  'not-sent': { word: 'Not sent', tone: 'none' },
}

/** Every mail the outbox holds, newest first. Exists on a local host only. */
export const MailboxPage = ({ mails }: { mails: MailboxMail[] }) => (
  <Document title="Local mailbox · StockFlow" forStaff>
    <main class="wrap page mailbox" id="main" tabindex={-1}>
      <div class="head">
        <div>
          <h1>Local mailbox</h1>
          <p class="soft">Every mail this machine would have sent, newest first. This page exists locally only.</p>
        </div>
        <a class="button" href="/dev/mailbox">
          Refresh
        </a>
      </div>
      {mails.length === 0 ? (
        <EmptyCard icon="mail" title="No mail yet">
          <p>Invite a client, and the mail shows up here.</p>
        </EmptyCard>
      ) : (
        <ol class="stack mails">
          {mails.map((mail, index) => (
            <li>
              <Mail mail={mail} open={index === 0} />
            </li>
          ))}
        </ol>
      )}
    </main>
  </Document>
)

const Mail = ({ mail: { to, subject, text, html, createdAt, state }, open }: { mail: MailboxMail; open: boolean }) => (
  <details class="card" open={open}>
    <summary>
      <span class="about">
        <b>{subject}</b>
        <small class="whole">to {to}</small>
      </span>
      <span class="aside">
        <State tone={MAIL_WORDS[state].tone}>{MAIL_WORDS[state].word}</State>
        <small>
          <time datetime={new Date(createdAt).toISOString()}>{new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC</time>
        </small>
      </span>
    </summary>
    <div class="body stack">
      <p class="letter-text">{linked(text)}</p>
      <details class="source">
        <summary>HTML part</summary>
        <pre tabindex={0}>{html}</pre>
      </details>
    </div>
  </details>
)

/** Addresses in a text, made clickable; a full stop or bracket after one isn't part of it. */
const linked = (text: string) =>
  text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/u).map((part, index) => (index % 2 === 1 ? <a href={part}>{part}</a> : part))
