import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkAppSpec } from "./checkAppSpec.ts";
import type { Complaint } from "./complaint.ts";
import type { ServerAppSpec } from "./serverAppSpec.ts";
import type { ServerScenario } from "./serverHooks.ts";

const TOP = "version: 0.0\nos: linux\n";
const check = (text: string, scenario: ServerScenario = { loadBalancer: true }) =>
  checkAppSpec(text, { platform: "server", scenario });
const told = ({ severity, line, column, message }: Complaint) => `${line}:${column} ${severity}: ${message}`;
/** A script of BeforeInstall with these members. */
const script = (members: string) => `${TOP}hooks:\n  BeforeInstall:\n    - ${members}\n`;
const permission = (members: string) => `${TOP}permissions:\n  - object: /srv\n    ${members}\n`;

describe("a server AppSpec", () => {
  it("is read with everything that it can hold", () => {
    const expected: ServerAppSpec = {
      os: "linux",
      files: [
        { source: "/", destination: "/srv/app" },
        { source: "etc/app.conf", destination: "/etc" },
      ],
      fileExistsBehavior: "OVERWRITE",
      permissions: [
        {
          object: "/srv/app",
          pattern: "*.sh",
          except: ["*.tmp"],
          types: ["file"],
          owner: "app",
          group: "1000",
          mode: "755",
          acls: ["default:group:dev:rw-", "user:bob:rwx"],
          context: { name: "user_u", type: "bin_t", range: "s0-s3:c0.c7" },
        },
        { object: "/etc/app.conf", pattern: "**", except: [], types: ["file", "directory"] },
      ],
      hooks: {
        ApplicationStop: [{ location: "scripts/stop.sh", timeoutSeconds: 3600, sudo: false }],
        BeforeInstall: [
          { location: "scripts/one.sh", timeoutSeconds: 300, runas: "root", sudo: false },
          { location: "scripts/two.sh", timeoutSeconds: 60, sudo: true },
        ],
      },
    };
    const { appSpec, complaints } = check(`version: 0.0
os: linux
files:
  - source: /
    destination: /srv/app
  - {source: etc/app.conf, destination: /etc}
file_exists_behavior: OVERWRITE
permissions:
  - object: /srv/app
    pattern: "*.sh"
    except: ["*.tmp"]
    type: [file]
    owner: app
    group: 1000
    mode: 755
    acls: ["d:g:dev:6", "u:bob:rwx"]
    context: {name: user_u, type: bin_t, range: "s0-s3:c0.c7"}
  - object: /etc/app.conf
hooks:
  ApplicationStop:
    - location: scripts/stop.sh
  BeforeInstall:
    - location: scripts/one.sh
      timeout: 300
      runas: root
    - location: scripts/two.sh
      timeout: 60
      sudo: yes
  AfterInstall:
`);
    assert.deepEqual(complaints, []);
    assert.deepEqual(appSpec, expected);
  });

  for (const [title, text] of [
    ["a version as a whole number", "version: 0\nos: linux\n"],
    ["JSON", '{"version": 0.0, "os": "linux"}'],
    ["sections with nothing in them", `${TOP}files:\nhooks:\npermissions:\nfile_exists_behavior:\n`],
    ["an anchor that no alias needs", `${TOP}files: &f []\n`],
    ["a date in quotes", `${TOP}files: [{source: "2026-01-01", destination: /srv}]\n`],
  ] as const) {
    it(`may be written with ${title}`, () => {
      const { appSpec, complaints } = check(text);
      assert.deepEqual(complaints.map(told), []);
      assert.ok(appSpec);
    });
  }
});

describe("the host agent refuses, and so do we, with its own words", () => {
  const refused: [title: string, text: string, complaint: string, agent?: string][] = [
    ["nothing", "", "1:1 error: the AppSpec is empty", "the application specification file was empty. Make"],
    ["only comments", "# soon\n", "1:1 error: the AppSpec is empty", "was empty"],
    ["a list", "- a\n", "1:1 error: the AppSpec must be a map"],
    ["no version", "os: linux\n", "1:1 error: the AppSpec has no version", "invalid version value () was entered"],
    ["version 1.0", "version: 1.0\nos: linux\n", "1:10 error: version must be 0.0, not 1.0", "value (1.0) was"],
    [
      "a version as a text",
      'version: "0.0"\nos: linux\n',
      "1:10 error: version must be 0.0, not 0.0; without quotes",
      "value (0.0) was",
    ],
    [
      "a byte order mark before that",
      "\ufeffversion: 1.0\nos: linux\n",
      "1:10 error: version must be 0.0, not 1.0",
      "(1.0) was",
    ],
    ["no os", "version: 0.0\n", "1:1 error: the AppSpec has no os", "unsupported operating system ()."],
    ["another os", "version: 0.0\nos: Linux\n", "2:5 error: os must be linux or windows, not Linux", "system (Linux)."],
    [
      "an os that is true",
      "version: 0.0\nos: yes\n",
      "2:5 error: os must be linux or windows, not yes",
      "system (true).",
    ],
    ["hooks as a list", `${TOP}hooks: [a]\n`, "3:8 error: hooks must be a map"],
    [
      "an event that is a map",
      `${TOP}hooks:\n  AfterInstall: {location: a}\n`,
      "4:17 error: AfterInstall must be a list",
    ],
    ["a script that is a text", script("run.sh"), "5:7 error: BeforeInstall[0] must be a map"],
    [
      "no location",
      script("timeout: 5"),
      "5:7 error: BeforeInstall[0] has no location",
      "a script with no location value",
    ],
    ["a blank location", script('location: " "'), "5:17 error: BeforeInstall[0] has no location", "no location value"],
    [
      "a timeout of 0",
      script("{location: a, timeout: 0}"),
      "5:30 error: timeout must be a whole number of seconds above 0, not 0",
      "an invalid timeout value was provided",
    ],
    [
      "a timeout that is a word",
      script("{location: a, timeout: soon}"),
      "5:30 error: timeout must be a whole number of seconds above 0, not soon",
      "an invalid timeout value was provided",
    ],
    [
      "a timeout that is true",
      script("{location: a, timeout: yes}"),
      "5:30 error: timeout must be a whole number of seconds above 0, not yes",
    ],
    [
      "more than an hour for one event",
      script("{location: a, timeout: 3000}\n    - {location: b, timeout: 601}"),
      "5:5 error: the timeouts of BeforeInstall add up to 3601 seconds; an event may take 3600",
    ],
    ["files as a map", `${TOP}files: {source: a}\n`, "3:8 error: files must be a list"],
    [
      "a file without source",
      `${TOP}files:\n  - destination: /srv\n`,
      "4:5 error: files[0] has no source",
      "a destination file, but no source file.",
    ],
    [
      "a file without destination",
      `${TOP}files:\n  - source: app\n`,
      "4:5 error: files[0] has no destination",
      "specifies only a source file (app).",
    ],
    [
      "a source that is a number",
      `${TOP}files:\n  - {source: 2026, destination: /srv}\n`,
      "4:14 error: source must be a path, not 2026; put it in quotes",
    ],
    [
      "a file twice",
      `${TOP}files:\n  - {source: a, destination: /srv}\n  - {source: a, destination: /srv}\n`,
      "5:5 error: a is installed into /srv twice",
    ],
    [
      "a behaviour in small letters",
      `${TOP}file_exists_behavior: overwrite\n`,
      "3:23 error: file_exists_behavior must be DISALLOW, OVERWRITE or RETAIN, not overwrite",
      "invalid file_exists_behavior value (overwrite) was",
    ],
    ["permissions as a text", `${TOP}permissions: all\n`, "3:14 error: permissions must be a list"],
    [
      "a permission without object",
      `${TOP}permissions:\n  - mode: 644\n`,
      "4:5 error: permissions[0] has no object",
      "has no object value",
    ],
    [
      "permissions on Windows",
      "version: 0.0\nos: windows\npermissions:\n  - object: a\n",
      "4:5 error: permissions are for Linux only",
      "the application specification file specifiles file permissions, but",
    ],
    [
      "a mode that YAML makes another number",
      permission("mode: 0751"),
      "5:11 error: mode is 0751, which YAML makes 489; allowed is one to four octal digits, such as 644 or 4755",
      "mode (489) in the application specification file contains an invalid character (8)",
    ],
    [
      "a type of its own",
      permission("type: [file, link]"),
      "5:18 error: type[1] must be file or directory, not link",
      "filespecifies a permission for an object type not supported for permissions (link)",
    ],
    ["a type that is no list", permission("type: file"), "5:11 error: type must be a list"],
    ["an entry without quotes", permission("acls:\n      - u:bob: rwx"), "6:9 error: acls[0] must be a single value"],
    [
      "an entry of the base",
      permission("acls: ['user::rwx']"),
      "5:12 error: acls[0] is user::rwx; allowed is an entry with the name of a user or group",
      "Use mode to set the base acl entry (user::rwx)",
    ],
    [
      "a context without type",
      permission("context: {name: user_u, range: s0}"),
      "5:14 error: context has no type",
      'invalid context type ({"name"=>"user_u", "range"=>"s0"})',
    ],
    [
      "categories twice",
      permission("context: {type: t, range: 's0:c1,c1'}"),
      "5:31 error: range is s0:c1,c1; allowed is s0, s0-s3 or s0-s3:c0.c7,c13",
      "duplicate categories",
    ],
    [
      "a date without quotes",
      `${TOP}files: [{source: 2026-01-01, destination: /srv}]\n`,
      "3:18 error: 2026-01-01 is a date in YAML, and the agent loads none; put it in quotes",
      "Tried to load unspecified class: Date",
    ],
    [
      "an alias",
      `${TOP}hooks:\n  BeforeInstall: &s [{location: a, timeout: 5}]\n  AfterInstall: *s\n`,
      "5:17 error: the alias *s stands for something else, and the agent follows no aliases",
      "Unknown alias: s",
    ],
  ];
  for (const [title, text, expected, agent] of refused) {
    it(title, () => {
      const { complaints, appSpec } = check(text);
      const complaint = complaints.find((candidate) => told(candidate) === expected);
      assert.ok(complaint, `${expected}\n  is not in\n${complaints.map(told).join("\n")}`);
      if (agent === undefined) assert.equal(complaint.agentMessage, undefined);
      else assert.ok(complaint.agentMessage?.includes(agent), complaint.agentMessage);
      assert.ok(complaint.found !== "" && complaint.allowed !== "");
      assert.equal(appSpec, undefined);
    });
  }
});

describe("legal, and a warning", () => {
  const odd: [title: string, text: string, warning: string][] = [
    [
      "a mode with a leading zero",
      permission("mode: 0644"),
      '5:11 warning: mode 0644 is the number 420 in YAML, so the mode becomes 420; write "0644" in quotes',
    ],
    [
      "a set-id bit with an owner",
      permission("mode: 4755\n    owner: root"),
      "5:11 warning: the agent sets the owner after the mode, which takes the set-id bit of 4755 away again",
    ],
    [
      "the SELinux user under its documented name",
      permission("context: {type: t, user: u}"),
      "5:24 warning: user is not known in context and is ignored; the agent reads the SELinux user from name, whatever the documents say",
    ],
    [
      "a key in the wrong case",
      `${TOP}Files: []\n`,
      "3:1 warning: Files is not known in the AppSpec and is ignored; did you mean files?",
    ],
    [
      "overwrite beside a file",
      `${TOP}files:\n  - {source: a, destination: /srv, overwrite: yes}\n`,
      "4:36 warning: overwrite is not known in files[0] and is ignored; to replace files that exist already, write file_exists_behavior: OVERWRITE beside files",
    ],
    [
      "a destination that is not absolute",
      `${TOP}files:\n  - {source: a, destination: srv}\n`,
      "4:30 warning: destination srv is not absolute; the agent takes it from wherever it was started",
    ],
    [
      "an event nobody knows",
      `${TOP}hooks:\n  Before Install: [{location: a}]\n`,
      "4:3 warning: the scripts of Before Install will never run: no such event; did you mean BeforeInstall?",
    ],
    [
      "an event that runs no scripts",
      `${TOP}hooks:\n  BlockTraffic: [{location: a}]\n`,
      "4:3 warning: the scripts of BlockTraffic will never run: that event runs no scripts",
    ],
    [
      "several scripts without a timeout",
      script("location: a\n    - location: b"),
      "5:5 warning: the scripts of BeforeInstall may take 7200 seconds, those without a timeout 3600 each; an event may take 3600",
    ],
    [
      "a location with a space",
      script("location: my script.sh"),
      "5:17 warning: the agent hands my script.sh to a shell as it is; a location with a space breaks apart there",
    ],
    [
      "a timeout that YAML reads as hours and minutes",
      script("{location: a, timeout: 0:30}"),
      "5:30 warning: timeout is 0:30, which the agent reads as 1800 seconds",
    ],
    [
      "runas on Windows",
      "version: 0.0\nos: windows\nhooks:\n  AfterInstall:\n    - {location: a, runas: bob}\n",
      "5:28 warning: runas is ignored on Windows; scripts run as the agent's user",
    ],
    ["a key given twice", `${TOP}os: windows\n`, "3:1 warning: os is given twice; the agent takes the last"],
    ["a directive", `%FOO\n---\n${TOP}`, "1:1 warning: Unknown directive %FOO; it means nothing in an AppSpec"],
    [
      "a second document",
      `${TOP}---\nos: windows\n`,
      "3:1 warning: it holds more than one document; the agent reads the first",
    ],
    ["a tag", `${TOP}files: !Ref []\n`, "3:8 warning: Unresolved tag: !Ref; it means nothing in an AppSpec"],
  ];
  for (const [title, text, warning] of odd) {
    it(title, () => {
      const { complaints, appSpec } = check(text);
      assert.deepEqual(complaints.map(told), [warning]);
      assert.ok(appSpec);
    });
  }

  it("of keys given twice the last is read, as the agent does it", () => {
    const { appSpec } = check(`${TOP}os: windows\n`);
    assert.equal((appSpec as ServerAppSpec).os, "windows");
  });
});

describe("scripts around a load balancer", () => {
  const text = `${TOP}hooks:\n  AfterBlockTraffic: [{location: a}]\n  BeforeAllowTraffic:\n`;
  const cases: [known: boolean | undefined, warnings: string[]][] = [
    [true, []],
    [false, ["4:22 warning: AfterBlockTraffic will never run: the deployment group has no load balancer"]],
    [undefined, ["4:22 warning: AfterBlockTraffic runs only where the deployment group has a load balancer"]],
  ];
  for (const [loadBalancer, warnings] of cases) {
    it(`where the group has one: ${loadBalancer ?? "unknown"}`, () => {
      assert.deepEqual(check(text, { loadBalancer }).complaints.map(told), warnings);
    });
  }
});
