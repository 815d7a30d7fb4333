type PagerProps = {
  /** Where the list begins; left out on its first page. */
  first?: { href: string; label: string } | undefined
  /** The page after this one; left out on the last. */
  next?: { href: string; label: string } | undefined
}

/** Lists are walked by keys: to the next page, and back to the beginning. */
export const Pager = ({ first, next }: PagerProps) =>
  first || next ? (
    <nav class="row" aria-label="Pages">
      {first && (
        <a class="button" href={first.href}>
          {first.label}
        </a>
      )}
      {next && (
        <a class="button end" href={next.href} rel="next">
          {next.label}
        </a>
      )}
    </nav>
  ) : null
