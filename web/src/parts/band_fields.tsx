/* One time of the day with a price of its own, as fields. */
import type { DayWord } from '../tariffs';
import { DAYS } from '../tariffs';
import type { BandDraft, DraftProblems, When } from '../tariff_draft';
import { WHENS } from '../tariff_draft';
import { DAY_WORDS } from '../tariff_words';
import { t } from '../i18n';
import { FieldLine } from './fields';

const WHEN_WORDS: Readonly<Record<When, string>> = {
  every: t('Every day'),
  work: t('Monday to Friday'),
  weekend: t('Weekends and holidays'),
  own: t('Days of my own …'),
};

interface BandProps {
  index: number;
  band: BandDraft;
  problems: DraftProblems;
  currency: string;
  change: (part: Partial<BandDraft>) => void;
  remove: () => void;
  /** null: it is the first one. */
  raise: (() => void) | null;
}

function OwnDays({ index, band, change }: Pick<BandProps, 'index' | 'band' | 'change'>) {
  const toggle = (day: DayWord, on: boolean) => change({ days: DAYS.filter((each) => (each === day ? on : band.days.includes(each))) });
  return (
    <div class="band__days" role="group" aria-label={t('Days of price {n}', { n: index + 1 })}>
      {DAYS.map((day) => (
        <label class="band__day" key={day}>
          <input type="checkbox" checked={band.days.includes(day)} onChange={(event) => toggle(day, event.currentTarget.checked)} />
          <span>{DAY_WORDS[day]}</span>
        </label>
      ))}
    </div>
  );
}

function Times({ id, band, problem, change }: { id: string; band: BandDraft; problem: string | undefined; change: BandProps['change'] }) {
  const time = (end: 'from' | 'to', label: string) => (
    <div>
      <label for={`${id}.${end}`}>{label}</label>
      <input id={`${id}.${end}`} type="time" value={band[end]} aria-invalid={problem !== undefined} aria-describedby={`${id}.from-problem`} onInput={(event) => change({ [end]: event.currentTarget.value })} />
    </div>
  );
  return (
    <>
      <div class="band__times">
        {time('from', t('From'))}
        {time('to', t('Until'))}
      </div>
      <p class="form__problem" id={`${id}.from-problem`}>
        {problem ?? ''}
      </p>
    </>
  );
}

export function BandFields({ index, band, problems, currency, change, remove, raise }: BandProps) {
  const id = `bands.${index}`;
  const name = t('Price {n}', { n: index + 1 });
  return (
    <fieldset class="band">
      <legend>{name}</legend>
      <div class="pick fieldline">
        <label for={`${id}.when`}>{t('On')}</label>
        <select id={`${id}.when`} value={band.when} onChange={(event) => change({ when: event.currentTarget.value as When })}>
          {WHENS.map((each) => (
            <option key={each} value={each}>
              {WHEN_WORDS[each]}
            </option>
          ))}
        </select>
      </div>
      {band.when === 'own' ? <OwnDays index={index} band={band} change={change} /> : null}
      <p class="form__problem">{problems[`${id}.days`] ?? ''}</p>
      <Times id={id} band={band} problem={problems[`${id}.from`]} change={change} />
      <FieldLine id={`${id}.price`} label={t('A kWh costs ({currency})', { currency })} problem={problems[`${id}.price`]}>
        <input
          id={`${id}.price`}
          inputMode="decimal"
          autocomplete="off"
          value={band.price}
          aria-invalid={problems[`${id}.price`] !== undefined}
          aria-describedby={`${id}.price-problem`}
          onInput={(event) => change({ price: event.currentTarget.value })}
        />
      </FieldLine>
      <div class="band__foot">
        {raise ? (
          <button type="button" class="button button--small" aria-label={t('Move up: {what}', { what: name })} onClick={raise}>
            {t('Move up')}
          </button>
        ) : null}
        <button type="button" class="button button--small" aria-label={t('Take away: {what}', { what: name })} onClick={remove}>
          {t('Take away')}
        </button>
      </div>
    </fieldset>
  );
}
