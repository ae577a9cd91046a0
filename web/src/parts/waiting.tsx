/* Where something will stand: what it waits for, why it isn't there, and what will appear when. */
import { useState } from 'preact/hooks';
import type { Problem } from '../asking';
import { capital } from '../format';
import { t } from '../i18n';
import { Icon } from './icons';
import type { IconName } from './icons';
import { PATIENCE_MS, useLate } from './late';

interface EmptyProps {
  icon: IconName;
  /** What will appear, and when. */
  words: string;
}

export function Empty({ icon, words }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} size={32} />
      <p>{words}</p>
    </div>
  );
}

/** Why an answer isn't there (or not anew), and the way to ask again. */
export function ProblemLine({ problem, retry, stale }: { problem: Problem; retry: () => void; stale: boolean }) {
  const words = stale ? t('Not renewed: {reason}', { reason: problem.words }) : capital(problem.words);
  return (
    <div class="problem" role="status">
      <Icon name="warning" />
      <p>{problem.again ? t('{reason}; trying again …', { reason: words }) : `${words}.`}</p>
      <button type="button" class="button button--small" onClick={retry}>
        {t('Try again')}
      </button>
    </div>
  );
}

interface WaitingProps {
  what: string;
  problem: Problem | null;
  retry: () => void;
}

/** Nothing yet: either it is on its way, or the reason why not; and that it takes long once it does. */
export function Waiting({ what, problem, retry }: WaitingProps) {
  const [attempt, setAttempt] = useState(0);
  const late = useLate(problem === null, attempt);
  const again = () => {
    setAttempt((count) => count + 1);
    retry();
  };
  const slow: Problem = { words: t('no answer for {n} s', { n: PATIENCE_MS / 1000 }), again: false, missing: false };
  return problem || late ? <ProblemLine problem={problem ?? slow} retry={again} stale={false} /> : <p class="loading" role="status">{t('Loading {what} …', { what })}</p>;
}
