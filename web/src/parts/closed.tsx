/* What a role may not see, in words: it is no error. */
import { t } from '../i18n';
import { roleWords } from '../roles';
import { Empty } from './waiting';

interface ClosedProps {
  role: string;
  /** "Users and tokens are shown to admins." */
  words: string;
}

export function Closed({ role, words }: ClosedProps) {
  return <Empty icon="lock" words={`${words} ${t('You are logged in as {role}.', { role: roleWords(role) })}`} />;
}
