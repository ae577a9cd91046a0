/* What stands below an entry's title: side by side where there is room, and no part is broken in two. */

/** What is null isn't said. */
export function Notes({ parts }: { parts: readonly (string | null)[] }) {
  const known = parts.filter((each): each is string => each !== null && each !== '');
  return (
    <span class="entry__notes">
      {known.map((each) => (
        <span class="entry__note" key={each}>
          {each}
        </span>
      ))}
    </span>
  );
}
