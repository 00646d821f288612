/** The class names in the built page, by the names that the style sheet gives them. */
declare module '*.module.css' {
	const names: Readonly<Record<string, string>>;
	export default names;
}
