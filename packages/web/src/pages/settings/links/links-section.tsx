import type { ShareLink } from '@oriel/api';
import { useState } from 'preact/hooks';
import { listLinks, revokeLink } from '../../../api/links.ts';
import { Button } from '../../../ui/button.tsx';
import rows from '../../../ui/rows.module.css';
import { Row } from '../../../ui/rows.tsx';
import { inWords } from '../../time-words.ts';
import { useNow } from '../../use-now.ts';
import { camerasWords, type Named } from '../list/camera-choice.ts';
import { ConfirmDialog, type Question } from '../list/confirm-dialog.tsx';
import { Listed } from '../list/listing.tsx';
import { OnceDialog } from '../list/once-dialog.tsx';
import { Section } from '../list/section.tsx';
import { useListing } from '../list/use-listing.ts';
import { LinkDialog } from './link-dialog.tsx';

type Open = 'new' | { readonly link: string } | { readonly question: Question };

/** Links for people without an account: those that are good, and a way to make and to end them. */
export function LinksSection({ cameras }: { cameras: readonly Named[] }) {
	const links = useListing(listLinks);
	const [open, setOpen] = useState<Open>();
	const now = useNow();
	const close = () => {
		setOpen(undefined);
		void links.reload();
	};
	return (
		<Section
			title="Share links"
			words="Anyone with the link can watch its cameras, without an account, until it expires or you revoke it."
			action={
				cameras.length > 0 && (
					<Button kind="main" onClick={() => setOpen('new')}>
						Make a link
					</Button>
				)
			}
		>
			<Listed
				listing={links}
				label="Share links"
				empty={cameras.length > 0 ? 'No share links yet.' : 'There is no camera to share yet.'}
				row={(link) => (
					<Row
						key={link.id}
						title={link.label || 'A link without a label'}
						aside={<span class={rows.aside}>{viewersWords(link)}</span>}
						lines={[`Shows ${camerasWords(link.cameras, cameras)}`, `Expires ${inWords(link.expiresAt, now)}`]}
					>
						<Button onClick={() => setOpen({ question: revocation(link) })}>Revoke</Button>
					</Row>
				)}
			/>
			{open === 'new' && <LinkDialog cameras={cameras} onMade={(link) => setOpen({ link })} onClose={close} />}
			{typeof open === 'object' && 'link' in open && (
				<OnceDialog title="Your share link" secret={open.link} what="the link" onClose={close}>
					<p>Send it to the people who may watch. It is shown only now; if it gets lost, revoke it and make another.</p>
				</OnceDialog>
			)}
			{typeof open === 'object' && 'question' in open && <ConfirmDialog question={open.question} onClose={close} />}
		</Section>
	);
}

function viewersWords({ viewers, maxViewers }: ShareLink): string {
	return maxViewers === null ? `${viewers} watching` : `${viewers} of ${maxViewers} watching`;
}

function revocation({ id, label, viewers }: ShareLink): Question {
	const watching =
		viewers === 0
			? 'No one is watching by it now.'
			: `${viewers === 1 ? 'One browser is' : `${viewers} browsers are`} watching by it now.`;
	return {
		title: `Revoke ${label ? `“${label}”` : 'this link'}?`,
		words: `${watching} The link stops working, and everyone who watches by it is disconnected at once.`,
		action: 'Revoke the link',
		act: () => revokeLink(id),
	};
}
