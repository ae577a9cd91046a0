/* A line to search a list with. */
import { t } from '../i18n';

interface SearchProps {
  id: string;
  label: string;
  value: string;
  change: (value: string) => void;
}

export function Search({ id, label, value, change }: SearchProps) {
  return (
    <div class="pick search">
      <label for={id}>{label}</label>
      <input id={id} type="search" value={value} placeholder={t('Any word of it')} autocomplete="off" spellcheck={false} onInput={(event) => change(event.currentTarget.value)} />
    </div>
  );
}
