/* A figure with its name, age and quality, on a card of its own. */
import type { Signal } from '../model';
import type { IconName } from './icons';
import { Icon } from './icons';
import type { Usual, View, Writing } from './value';
import { Amount, Meta, written } from './value';

export interface TileProps {
  name: string;
  label: string;
  icon: IconName;
  signal: Signal;
  writing: Writing;
  view: View;
}

function stale(signal: Signal): boolean {
  return signal.quality === 'old' || signal.value === null;
}

export function Tile({ name, label, icon, signal, writing, view }: TileProps) {
  return (
    <li class={`tile ${stale(signal) ? 'tile--stale' : ''}`} data-signal={name} data-value={String(signal.value)}>
      <span class="tile__label">
        <Icon name={icon} />
        {label}
      </span>
      <Amount what={written(signal, writing, view.units)} />
      <Meta signal={signal} view={view} />
    </li>
  );
}

/** The same in one line, for the longer lists. */
export function Row({ name, label, signal, writing, view, usual }: Omit<TileProps, 'icon'> & { usual: Usual }) {
  return (
    <div class={`row ${stale(signal) ? 'row--stale' : ''}`} data-signal={name} data-value={String(signal.value)}>
      <dt class="row__label">{label}</dt>
      <dd class="row__value">
        <Amount what={written(signal, writing, view.units)} />
        <Meta signal={signal} view={view} usual={usual} />
      </dd>
    </div>
  );
}
