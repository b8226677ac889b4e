/** What is printed past the one place that prints, by a library say: warnings, lines on the terminal. */
export function listen(): () => string {
  let said = '';
  const { emitWarning, stdout, stderr } = process;
  const writes = [stdout, stderr].map((stream) => stream.write);
  process.emitWarning = (warning: string | Error) => {
    said += `a warning: ${warning}\n`;
  };
  const hear = (text: string | Uint8Array): boolean => {
    said += Buffer.from(text as string).toString();
    return true;
  };
  for (const stream of [stdout, stderr]) stream.write = hear;
  return () => {
    process.emitWarning = emitWarning;
    stdout.write = writes[0];
    stderr.write = writes[1];
    return said;
  };
}
