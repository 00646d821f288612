/** Fewest characters of a password; the relay has the last word. */
export const MIN_PASSWORD = 10;

export const PASSWORD_HINT = `${MIN_PASSWORD} characters or more. A few words in a row are good.`;

/** What is wrong with a new password at first sight. */
export function passwordProblem(password: string): string | undefined {
	return [...password].length < MIN_PASSWORD ? `At least ${MIN_PASSWORD} characters, please.` : undefined;
}
