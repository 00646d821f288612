import type { MadeInvitation } from '../../../api/people.ts';
import { dateWords } from '../../time-words.ts';
import { OnceDialog } from '../list/once-dialog.tsx';

/** The link for a user who was invited. */
export function InvitationDialog({ made, onClose }: { made: MadeInvitation; onClose: () => void }) {
	return (
		<OnceDialog title={`Send this link to ${made.person.name}`} secret={made.link} what="the link" onClose={onClose}>
			<p>
				They choose a password with it. It works once, until {dateWords(made.expiresAt)}, and is shown only now:
				everyone who has it can sign in under this name.
			</p>
		</OnceDialog>
	);
}
