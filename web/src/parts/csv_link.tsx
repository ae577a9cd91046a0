/* Saves a list as a file. The link works by itself, for its first page; a click brings the whole. */
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { failureWords } from '../api';
import { wholeCsv } from '../csv';
import { t } from '../i18n';
import { Icon } from './icons';
import { saveFile } from './save_file';

interface CsvLinkProps {
  app: App;
  /** The question, relative to the API. */
  path: string;
  /** The file's name. */
  name: string;
  /** What of it is saved; without it, all. */
  sift?: ((text: string) => string) | undefined;
}

export function CsvLink({ app, path, name, sift = (text) => text }: CsvLinkProps) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const whole = await wholeCsv((before) => app.api.csv(before === null ? path : `${path}&before=${encodeURIComponent(before)}`));
    setBusy(false);
    if (whole.ok) {
      saveFile(sift(whole.text), name, 'text/csv;charset=utf-8');
    } else if (whole.status === 401) {
      app.ended();
    } else {
      app.say(t('The file was not saved: {reason}.', { reason: failureWords(whole) }));
    }
  };
  const click = (event: Event) => {
    event.preventDefault();
    if (!busy) {
      void save();
    }
  };
  return (
    <a class="button button--small" href={`/api/v1/${path}`} download={name} id="csv" onClick={click}>
      <Icon name="sheet" size={18} /> {busy ? 'CSV …' : 'CSV'}
    </a>
  );
}
