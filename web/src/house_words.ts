/* The named states of the diary and of the broker in plain words: what is wrong, what it means, what mends it. Pure. */
import type { House } from './model';

export interface StateWords {
  /** Two or three words. */
  state: string;
  /** What it means, and what mends it. */
  means: string;
  mood: 'good' | 'wait' | 'bad' | 'none';
}

interface Cause {
  sign: RegExp;
  state: string;
  means: string;
}

const DIARY_FAILED: readonly Cause[] = [
  { sign: /full|no space/i, state: 'Card full', means: 'Nothing more fits on the card. Make room; garaged then goes on by itself.' },
  { sign: /read.?only/i, state: 'Read-only', means: 'The diary can be read but not written. Look at the card and at who owns the folder; garaged tries again each minute.' },
  { sign: /locked|busy/i, state: 'Locked', means: 'Another program holds the diary. Once that has ended garaged goes on by itself.' },
  { sign: /newer/i, state: 'Newer', means: 'A newer garaged wrote this diary. Install that one again; until then nothing is kept, so that nothing is lost.' },
  { sign: /made.?up|was lived/i, state: 'Made up', means: 'A made-up diary and a real one don’t mix. Give the demo a folder of its own.' },
  { sign: /damaged|malformed|not a database/i, state: 'Damaged', means: 'A file is damaged and could not be set aside. Look at the card.' },
];

const DIARY_OK: readonly Cause[] = [
  { sign: /damaged|set aside/i, state: 'Begun anew', means: 'A damaged file was set aside under a dated name, nothing was deleted, and a new one begun.' },
  { sign: /made.?up/i, state: 'Made up', means: 'This diary was invented; nobody lived it.' },
];

function causeOf(causes: readonly Cause[], reason: string | null | undefined): Cause | null {
  return (reason ? causes.find((each) => each.sign.test(reason)) : undefined) ?? null;
}

export function diaryWords(diary: House['diary']): StateWords {
  switch (diary.state) {
    case 'opening':
      return { state: 'Opening', means: 'The diary is being opened; figures of now are here already.', mood: 'wait' };
    case 'failed': {
      const cause = causeOf(DIARY_FAILED, diary.reason);
      return { state: cause?.state ?? 'Failed', means: cause?.means ?? 'Live figures go on, nothing is kept.', mood: 'bad' };
    }
    case 'ok': {
      const cause = causeOf(DIARY_OK, diary.reason);
      return { state: cause?.state ?? 'Writing', means: cause?.means ?? 'What the car says is kept.', mood: cause?.state === 'Begun anew' ? 'wait' : 'good' };
    }
    default:
      return { state: diary.state, means: '', mood: 'none' };
  }
}

export function brokerWords(mqtt: House['mqtt']): StateWords {
  switch (mqtt.state) {
    case 'up':
      return { state: 'Connected', means: 'Home Assistant hears what this page shows.', mood: 'good' };
    case 'down':
      return { state: 'Not reachable', means: 'garaged keeps trying; the latest values go out when it is back.', mood: 'bad' };
    case 'off':
      return { state: 'Not used', means: 'No broker is named in garaged.conf. Home Assistant needs one.', mood: 'none' };
    default:
      return { state: mqtt.state, means: '', mood: 'none' };
  }
}
