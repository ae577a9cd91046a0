/* The ring that shows the charge: an arc for the eye, the figure as text for everybody. */
import { number } from '../format';
import { t } from '../i18n';
import { Icon } from './icons';
import type { IconName } from './icons';

export interface RingProps {
  value: number | null;
  caption: string;
  /** Not the present any more: drawn without colour. */
  faded: boolean;
  charging: boolean;
  /** What the car is doing, as a picture. */
  sign: IconName;
}

const LOW = 20;
const VERY_LOW = 10;

function tone(props: RingProps): string {
  if (props.value === null || props.faded) {
    return 'ring--faded';
  }
  if (props.value < VERY_LOW) {
    return 'ring--empty';
  }
  return props.value < LOW ? 'ring--low' : 'ring--good';
}

function Arc({ value }: { value: number }) {
  const length = Math.min(100, Math.max(0, value));
  if (length === 0) {
    return null;
  }
  return (
    <circle class="ring__arc" cx="130" cy="130" r="114" pathLength="100" stroke-dasharray={`${length} ${100 - length}`} />
  );
}

function Figure({ value }: { value: number | null }) {
  if (value === null) {
    return <span class="ring__number">–</span>;
  }
  const [whole, mark, part] = number(value, 0, 1).split(/([.,])/);
  return (
    <span class="ring__number">
      {whole}
      <span class="ring__part">
        {part === undefined ? '' : `${mark}${part}`}
        {'\u202f'}%
      </span>
    </span>
  );
}

export function Ring(props: RingProps) {
  const low = props.value !== null && props.value < LOW && !props.faded;
  return (
    <div class={`ring ${tone(props)} ${props.charging ? 'ring--charging' : ''}`}>
      <svg viewBox="0 0 260 260" aria-hidden="true" focusable="false">
        <defs>
          <linearGradient id="ring-paint" x1="0" y1="1" x2="0" y2="0">
            <stop class="ring__stop-a" offset="0" />
            <stop class="ring__stop-b" offset="1" />
          </linearGradient>
        </defs>
        <circle class="ring__halo" cx="130" cy="130" r="114" />
        <circle class="ring__ticks" cx="130" cy="130" r="97" pathLength="100" stroke-dasharray="0.35 9.65" />
        <g transform="rotate(-90 130 130)">
          <circle class="ring__track" cx="130" cy="130" r="114" />
          {props.value === null ? null : <Arc value={props.value} />}
        </g>
      </svg>
      <div class="ring__text">
        <span class="ring__sign">{low ? `${t('low')} ` : null}<Icon name={props.sign} size={low ? 20 : 26} /></span>
        <Figure value={props.value} />
        <span class="ring__caption">{props.caption}</span>
      </div>
    </div>
  );
}
