import type { Token } from '@oriel/api';
import { useState } from 'preact/hooks';
import { listTokens, revokeToken } from '../../../api/tokens.ts';
import { Button } from '../../../ui/button.tsx';
import { Row } from '../../../ui/rows.tsx';
import { agoWords, inWords } from '../../time-words.ts';
import { useNow } from '../../use-now.ts';
import { camerasWords, type Named } from '../list/camera-choice.ts';
import { ConfirmDialog, type Question } from '../list/confirm-dialog.tsx';
import { Listed } from '../list/listing.tsx';
import { OnceDialog } from '../list/once-dialog.tsx';
import { Section } from '../list/section.tsx';
import { useListing } from '../list/use-listing.ts';
import { TokenDialog } from './token-dialog.tsx';

type Open = 'new' | { readonly secret: string } | { readonly question: Question };

/** What lets programs watch: VLC, Home Assistant, ffmpeg. */
export function TokensSection({ cameras }: { cameras: readonly Named[] }) {
	const tokens = useListing(listTokens);
	const [open, setOpen] = useState<Open>();
	const now = useNow();
	const close = () => {
		setOpen(undefined);
		void tokens.reload();
	};
	return (
		<Section
			title="API tokens"
			words="VLC, Home Assistant and other programs watch with a token. A token cannot change anything."
			action={
				<Button kind="main" onClick={() => setOpen('new')}>
					Make a token
				</Button>
			}
		>
			<Listed
				listing={tokens}
				label="Tokens"
				empty="No tokens yet."
				row={(token) => (
					<Row
						key={token.id}
						title={token.label || 'A token without a label'}
						lines={[
							`Watches ${camerasWords(token.cameras, cameras)}`,
							`Made ${agoWords(token.createdAt, now)}, ${endWords(token, now)}`,
						]}
					>
						<Button onClick={() => setOpen({ question: revocation(token) })}>Revoke</Button>
					</Row>
				)}
			/>
			{open === 'new' && <TokenDialog cameras={cameras} onMade={(secret) => setOpen({ secret })} onClose={close} />}
			{typeof open === 'object' && 'secret' in open && (
				<OnceDialog title="Your token" secret={open.secret} what="the token" onClose={close}>
					<p>
						It is shown only now. Programs send it as <code>Authorization: Bearer TOKEN</code>, or as the password in an
						address:
					</p>
					<p>
						<code>{`${location.protocol}//x:TOKEN@${location.host}/cameras/NAME/stream.mjpg`}</code>
					</p>
				</OnceDialog>
			)}
			{typeof open === 'object' && 'question' in open && <ConfirmDialog question={open.question} onClose={close} />}
		</Section>
	);
}

function endWords({ expiresAt }: Token, now: number): string {
	if (expiresAt === null) return 'never expires';
	return Date.parse(expiresAt) > now ? `expires ${inWords(expiresAt, now)}` : 'expired';
}

function revocation({ id, label }: Token): Question {
	return {
		title: `Revoke ${label ? `“${label}”` : 'this token'}?`,
		words: 'Programs that use it are disconnected at once and cannot connect again.',
		action: 'Revoke',
		act: () => revokeToken(id),
	};
}
