import { Button } from '../../ui/button.tsx';
import { CopyLine } from '../../ui/copy-line.tsx';
import { Notice } from '../../ui/notice.tsx';

/** The relay has no owner yet, and the person came without a link that works: says how to get one. */
export function NoLinkPage({ expired = false, onCheck }: { expired?: boolean; onCheck: () => void }) {
	return (
		<Notice title={expired ? 'This link no longer works' : 'This relay has no owner yet'}>
			<p>
				{expired
					? 'A set-up link works once, and for 24 hours.'
					: 'It is set up with a link that only its owner can see.'}
			</p>
			<p>
				The relay printed the link when it started: look at its terminal or its log. Or make a new one on the relay’s
				machine:
			</p>
			<CopyLine command="oriel owner reset" />
			<Button onClick={onCheck}>{expired ? 'Continue without a link' : 'Check again'}</Button>
		</Notice>
	);
}
