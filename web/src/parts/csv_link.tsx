/* Saves a list as a file. The link works by itself, for its first page; a click brings the whole. */
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { failureWords } from '../api';
import { wholeCsv } from '../csv';
import { Icon } from './icons';

interface CsvLinkProps {
  app: App;
  /** The question, relative to the API. */
  path: string;
  /** The file's name. */
  name: string;
}

function saveFile(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

export function CsvLink({ app, path, name }: CsvLinkProps) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const whole = await wholeCsv((before) => app.api.csv(before === null ? path : `${path}&before=${encodeURIComponent(before)}`));
    setBusy(false);
    if (whole.ok) {
      saveFile(whole.text, name);
    } else if (whole.status === 401) {
      app.ended();
    } else {
      app.say(`The file was not saved: ${failureWords(whole)}.`);
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
