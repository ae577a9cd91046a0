/* How far the setup is: every step with its sign, each a link. */
import { t } from '../i18n';
import { STEP_TITLES, stateWords, stepState } from '../setup';
import type { Progress } from '../setup';
import { STEPS } from '../steps';
import type { StepName } from '../steps';
import { Icon } from './icons';

interface StepListProps {
  step: StepName;
  progress: Progress;
  link: (step: StepName) => string;
}

export function StepList({ step, progress, link }: StepListProps) {
  return (
    <nav class="steps" aria-label={t('Steps of the setup')}>
      <ol class="steps__list">
        {STEPS.map((each, index) => {
          const state = stepState(each, progress);
          return (
            <li key={each}>
              <a class={`steps__one steps__one--${state}`} href={link(each)} aria-current={each === step ? 'step' : undefined}>
                <span class="steps__sign" aria-hidden="true">
                  {state === 'done' ? <Icon name="check" size={16} /> : index + 1}
                </span>
                <span class="steps__name">{STEP_TITLES[each]}</span>
                <span class="hidden">{`, ${stateWords(state)}`}</span>
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
