import { expect, it } from 'vitest';
import { parseReports } from '../../src/cli/report-option.ts';
import { LabError } from '../../src/core/errors.ts';

it.each([
  [undefined, []],
  ['json=result.json', [{ kind: 'json', file: 'result.json' }]],
  ['json=a=b.json', [{ kind: 'json', file: 'a=b.json' }]],
])('reads %s', (text, reports) => {
  expect(parseReports(text)).toEqual(reports);
});

it.each([
  ['html=out.html', 'there is no report of kind "html"', 'there is: json=FILE'],
  ['jsn=out.json', 'there is no report of kind "jsn"', 'did you mean json? there is: json=FILE'],
  ['out.json', 'there is no report of kind "out.json"', 'there is: json=FILE'],
  ['json', '--report json needs the file to write', 'such as --report json=FILE'],
  ['json=', '--report json needs the file to write', 'such as --report json=FILE'],
  ['', '--report needs KIND=FILE', 'there is: json=FILE'],
  ['json=a,json=b', '--report has json=b and another like it', 'such as --report json=FILE'],
])('refuses %s', (text, message, hint) => {
  const attempt = () => parseReports(text);
  expect(attempt).toThrow(LabError);
  expect(attempt).toThrow(expect.objectContaining({ message, hint, code: 'usage.wrong-value', exitStatus: 2 }));
});
