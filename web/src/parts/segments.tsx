/* A few choices side by side, one of them taken. */

interface SegmentsProps<T extends string> {
  label: string;
  options: readonly (readonly [T, string])[];
  /** null: none of them. */
  value: T | null;
  choose: (value: T) => void;
}

export function Segments<T extends string>({ label, options, value, choose }: SegmentsProps<T>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map(([each, words]) => (
        <button type="button" key={each} class="segments__one" aria-pressed={each === value} onClick={() => choose(each)}>
          {words}
        </button>
      ))}
    </div>
  );
}
