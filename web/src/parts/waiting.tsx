/* Where something will stand: what it waits for, why it isn't there, and what will appear when. */
import type { Problem } from '../asking';
import { capital } from '../format';
import { Icon } from './icons';
import type { IconName } from './icons';

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
  const words = stale ? `Not renewed: ${problem.words}` : capital(problem.words);
  return (
    <div class="problem" role="status">
      <Icon name="warning" />
      <p>{`${words}${problem.again ? '; trying again …' : '.'}`}</p>
      <button type="button" class="button button--small" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

interface WaitingProps {
  what: string;
  problem: Problem | null;
  retry: () => void;
}

/** Nothing yet: either it is on its way, or the reason why not. */
export function Waiting({ what, problem, retry }: WaitingProps) {
  return problem ? <ProblemLine problem={problem} retry={retry} stale={false} /> : <p class="loading" role="status">{`Loading ${what} …`}</p>;
}
