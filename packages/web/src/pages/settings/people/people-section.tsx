import type { Person } from '@oriel/api';
import { useState } from 'preact/hooks';
import { invitePerson, listPeople, type MadeInvitation, removePerson } from '../../../api/people.ts';
import { Button } from '../../../ui/button.tsx';
import rows from '../../../ui/rows.module.css';
import { Row } from '../../../ui/rows.tsx';
import { useNow } from '../../use-now.ts';
import type { Named } from '../list/camera-choice.ts';
import { ConfirmDialog, type Question } from '../list/confirm-dialog.tsx';
import { Listed } from '../list/listing.tsx';
import { Section } from '../list/section.tsx';
import { useListing } from '../list/use-listing.ts';
import { InvitationDialog } from './invitation-dialog.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { personLines } from './person-words.ts';

type Open =
	| { readonly person: Person | undefined }
	| { readonly made: MadeInvitation }
	| { readonly question: Question };

/** Who may sign in, and what they may see. */
export function PeopleSection({ cameras }: { cameras: readonly Named[] }) {
	const people = useListing(listPeople);
	const [open, setOpen] = useState<Open>();
	const now = useNow();
	const close = () => {
		setOpen(undefined);
		void people.reload();
	};
	return (
		<Section
			title="Users"
			words="Viewers watch the cameras that you give them. Owners may do everything that you may do."
			action={
				<Button kind="main" onClick={() => setOpen({ person: undefined })}>
					Invite a user
				</Button>
			}
		>
			<Listed
				listing={people}
				label="Users"
				empty="No users yet."
				row={(person) => (
					<Row
						key={person.id}
						title={person.name}
						aside={<span class={rows.aside}>{person.role === 'owner' ? 'Owner' : 'Viewer'}</span>}
						lines={personLines(person, cameras, now)}
					>
						{person.id !== 'owner' && (
							<>
								<Button onClick={() => setOpen({ person })}>Change</Button>
								<Button onClick={() => setOpen({ question: renewal(person, (made) => setOpen({ made })) })}>
									New link
								</Button>
								<Button onClick={() => setOpen({ question: removal(person) })}>Remove</Button>
							</>
						)}
					</Row>
				)}
			/>
			{open && 'question' in open && <ConfirmDialog question={open.question} onClose={() => closeQuestion()} />}
			{open && 'made' in open && <InvitationDialog made={open.made} onClose={close} />}
			{open && 'person' in open && (
				<PersonDialog person={open.person} cameras={cameras} onInvited={(made) => setOpen({ made })} onClose={close} />
			)}
		</Section>
	);

	/** A question that led to an invitation is closed by then. */
	function closeQuestion(): void {
		setOpen((now) => (now && 'question' in now ? undefined : now));
		void people.reload();
	}
}

function removal({ id, name }: Person): Question {
	return {
		title: `Remove ${name}?`,
		words: 'They are signed out everywhere at once and cannot sign in again.',
		action: 'Remove',
		act: () => removePerson(id),
	};
}

function renewal({ id, name, state }: Person, onMade: (made: MadeInvitation) => void): Question {
	return {
		title: `A new link for ${name}?`,
		words:
			state === 'active'
				? 'With it they choose a new password. Their current one works until then; after that they are signed out everywhere else.'
				: 'The link that you sent them stops working.',
		action: 'Make a new link',
		act: async () => {
			const answer = await invitePerson(id);
			if (answer.kind === 'success') onMade(answer.value);
			return answer;
		},
	};
}
