/* The way of the energy from the wall into the battery, and what it lost on it. */
import { energy, joined, percent } from '../amounts';
import type { Charge } from '../diary';
import { t } from '../i18n';
import type { Loss, Stage } from '../losses';
import { lossesOf, stagesOf, wholeLoss } from '../losses';
import { Card } from './card';

const NAMES: Readonly<Record<Stage['name'], string>> = { wall: t('At the wall'), charger: t('Out of the charger'), battery: t('Into the battery') };

/** The charger's own losses are lost before its exit; the rest warms battery and cables, or ran the car meanwhile. */
function lossWords(loss: Loss): string {
  const values = { energy: joined(energy(Math.abs(loss.kwh))), share: joined(percent(Math.abs(loss.share) * 100)) };
  if (loss.kwh < 0) {
    return t('{energy} more than went in: the two figures can’t both be right', values);
  }
  return loss.from === 'wall' ? t('{energy} lost in cable and charger: {share}', values) : t('{energy} lost behind the charger: {share}', values);
}

function Bar({ stage, most }: { stage: Stage; most: number }) {
  return (
    <svg class="losses__bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="window__track" x="0" y="0" width="100" height="4" />
      <rect class="window__gain" x="0" y="0" width={most > 0 ? (100 * stage.kwh) / most : 0} height="4" />
    </svg>
  );
}

/** What would make it known. */
function missingWords(charge: Charge, stages: readonly Stage[]): string | null {
  if (stages.length < 2) {
    return t('Only one end of the way is known, so losses can’t be told. Type in what your meter at the wall counted, and they appear here.');
  }
  return charge.wall === null ? t('What the wall gave isn’t known: type it in, and the charger’s own loss appears here, too.') : null;
}

export function Losses({ charge }: { charge: Charge }) {
  const stages = stagesOf(charge);
  const losses = lossesOf(stages);
  const whole = wholeLoss(stages);
  const most = Math.max(0, ...stages.map((each) => each.kwh));
  const missing = missingWords(charge, stages);
  const note = whole && whole.kwh >= 0 && losses.length > 1 ? t('{energy} in all, {share}', { energy: joined(energy(whole.kwh)), share: joined(percent(whole.share * 100)) }) : undefined;
  return (
    <Card id="losses" title={t('Losses')} icon="bolt" note={note}>
      <ol class="losses">
        {stages.map((stage) => {
          const loss = losses.find((each) => each.from === stage.name);
          return (
            <li key={stage.name} data-stage={stage.name} data-value={String(stage.kwh)}>
              <p class="losses__line">
                <span class="row__label">{NAMES[stage.name]}</span>
                <span class="amount">{joined(energy(stage.kwh))}</span>
              </p>
              <Bar stage={stage} most={most} />
              {loss ? <p class="losses__lost">{lossWords(loss)}</p> : null}
            </li>
          );
        })}
      </ol>
      {missing ? <p class="chart__summary">{missing}</p> : null}
    </Card>
  );
}
