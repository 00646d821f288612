import type { Session } from '@oriel/api';
import type { LiveConnection } from '../../player/connection/live-connection.ts';
import bar from '../../ui/bar.module.css';
import { Bar } from '../../ui/bar.tsx';
import { Button, IconButton, IconLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icons.tsx';
import sheet from '../../ui/sheet.module.css';
import { ThemeToggle } from '../../ui/theme-toggle.tsx';
import { useKeys } from '../../ui/use-keys.ts';
import widths from '../../ui/widths.module.css';
import { go, type SectionName, settingsHref, WALL_HREF } from '../route.ts';
import { CamerasSection } from './cameras/cameras-section.tsx';
import { CertificateSection } from './certificate-section.tsx';
import { EventsSection } from './events/events-section.tsx';
import { LinksSection } from './links/links-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { PeopleSection } from './people/people-section.tsx';
import { SECTION_TITLES, sectionsOf } from './sections.ts';
import { SessionsSection } from './sessions/sessions-section.tsx';
import styles from './settings-page.module.css';
import { TokensSection } from './tokens/tokens-section.tsx';

interface SettingsPageProps {
	readonly live: LiveConnection;
	readonly session: Session;
	/** Undefined: the list of the sections, which a wide screen shows beside the first of them. */
	readonly section: SectionName | undefined;
	readonly onLeave: () => void;
}

/** Who may do what with the relay, and how it is. */
export function SettingsPage({ live, session, section, onLeave }: SettingsPageProps) {
	const sections = sectionsOf(session.role);
	const shown = section && sections.includes(section) ? section : undefined;
	const opened = shown ?? sections[0] ?? 'password';
	useKeys({ Escape: () => go(WALL_HREF) });
	return (
		<div class={sheet.page}>
			<Bar keep>
				<span class={widths.narrowOnly}>
					<IconLink icon="back" label="Back" href={shown ? settingsHref() : WALL_HREF} />
				</span>
				<span class={widths.wideOnly}>
					<IconLink icon="back" label="All cameras (Esc)" href={WALL_HREF} />
				</span>
				<h1 class={sheet.title}>
					Settings{shown && <span class={widths.narrowOnly}> · {SECTION_TITLES[shown]}</span>}
				</h1>
				<span class={bar.space} />
				<span class={widths.wideOnly}>
					<ThemeToggle />
					<IconButton icon="leave" label="Sign out" onClick={onLeave} />
				</span>
			</Bar>
			<div class={styles.settings} data-at={shown ? 'section' : 'list'}>
				<nav class={styles.nav} aria-label="Settings">
					<ul>
						{sections.map((name) => (
							<li key={name}>
								<a href={settingsHref(name)} aria-current={name === opened ? 'page' : undefined}>
									{SECTION_TITLES[name]}
									<Icon name="open" />
								</a>
							</li>
						))}
					</ul>
					<div class={styles.leave}>
						<p>
							Signed in as <bdi>{session.name}</bdi>
						</p>
						<span>
							<ThemeToggle />
						</span>
						<Button onClick={onLeave}>Sign out</Button>
					</div>
				</nav>
				<main class={styles.body} key={opened}>
					{sectionBody(opened, { live, session, onLeave })}
				</main>
			</div>
		</div>
	);
}

function sectionBody(name: SectionName, { live, session, onLeave }: Omit<SettingsPageProps, 'section'>) {
	const { cameras } = live;
	switch (name) {
		case 'cameras':
			return <CamerasSection cameras={cameras} />;
		case 'people':
			return <PeopleSection cameras={cameras} />;
		case 'links':
			return <LinksSection cameras={cameras} />;
		case 'sessions':
			return <SessionsSection name={session.name} isOwner={session.role === 'owner'} onLeave={onLeave} />;
		case 'tokens':
			return <TokensSection cameras={cameras} />;
		case 'events':
			return <EventsSection />;
		case 'certificate':
			return <CertificateSection />;
		case 'password':
			return <PasswordSection name={session.name ?? ''} />;
	}
}
