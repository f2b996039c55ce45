// Shows each documented error response in one line: they share headers and form, so the line gives the difference and
// an example to open. Other responses stay as Swagger UI shows them.
import type { Component, ImmutableMap, System } from './swagger-ui.js';

export function shortResponse(original: Component, { React, getComponent }: System): Component {
  return (props) => {
    const { code, response } = props as { code: string; response: ImmutableMap };
    if (!/^[45]/.test(code)) return React.createElement(original, props);
    const example = exampleOf(response);
    const description = React.createElement(getComponent('Markdown', true), {
      source: response.getIn(['description']),
    });
    const details =
      example === undefined
        ? null
        : React.createElement(
            'details',
            null,
            React.createElement('summary', null, `Example of ${code}`),
            React.createElement('pre', { tabIndex: 0 }, example),
          );
    return React.createElement(
      'tr',
      { className: 'response', 'data-code': code },
      React.createElement('td', { className: 'response-col_status' }, code),
      React.createElement('td', { className: 'response-col_description' }, description, details),
    );
  };
}

function exampleOf(response: ImmutableMap): string | undefined {
  const content = ['content', 'application/json'];
  const examples = response.getIn([...content, 'examples']) as { first?: () => ImmutableMap } | undefined;
  const example = examples?.first?.().getIn(['value']) ?? response.getIn([...content, 'example']);
  return example === undefined ? undefined : JSON.stringify(example, null, 2);
}
