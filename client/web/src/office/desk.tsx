// What officials use: signing in, and the parts of the office.

import { type ComponentType, h } from "preact";
import { useEffect, useState } from "preact/hooks";
import { later } from "../ui/text";
import { Accounts } from "./accounts/page";
import { me, whoAmI } from "./api";
import { useAsked } from "./asked";
import { common } from "./common";
import { DirectoryPage } from "./directory/page";
import { ChangePassword, Login, Setup } from "./entrance";
import { Await, Frame, firstPart, mayEnter, Sheet } from "./frame";
import { go, place } from "./place";

/** The office behind its door. */
export function Desk({ secret }: { secret: string }) {
  const asked = useAsked(async () => {
    await whoAmI();
    return true;
  });
  const { path } = place.value;
  if (!asked.value.value)
    return (
      <Sheet title={common.value.office}>
        <Await asked={asked}>{() => null}</Await>
      </Sheet>
    );
  const account = me.value?.account;
  if (path === "/setup") return account ? <Elsewhere to="/office" /> : <Setup token={secret} />;
  if (!account) return <Login />;
  if (path === "/login" || path === "/office") return <Elsewhere to={firstPart(account.role)} />;
  if (!mayEnter(account.role, path))
    return (
      <Frame>
        <p class="calm">{common.value.notYours}</p>
      </Frame>
    );
  return (
    <Frame>
      <Part path={path} />
    </Frame>
  );
}

function Part({ path }: { path: string }) {
  const [, , part, code, page] = path.split("/");
  switch (part) {
    case "password":
      return <ChangePassword />;
    case "accounts":
      return <Accounts />;
    case "directory":
      return <DirectoryPage table={code ?? "sites"} />;
    case "conclusions":
      return <Later key="conclusions" load={async () => (await import("./after/page")).OpenConclusions} props={{}} />;
    case "meetings":
      return <Meeting code={code ?? ""} page={page ?? ""} />;
    default:
      return <p class="calm">{common.value.unknownPage}</p>;
  }
}

function Meeting({ code, page }: { code: string; page: string }) {
  const after = page !== "" && page !== "links" && page !== "prepare";
  if (after)
    return <Later key="after" load={async () => (await import("./after/page")).AfterPage} props={{ code, page }} />;
  return (
    <Later key="before" load={async () => (await import("./meetings/page")).MeetingsPage} props={{ code, page }} />
  );
}

/** A part whose file comes when it is needed. */
function Later<P extends object>({ load, props }: { load: () => Promise<ComponentType<P>>; props: P }) {
  const [page, setPage] = useState<{ of: ComponentType<P> } | undefined>(undefined);
  useEffect(() => {
    void later(async () => {
      const of = await load();
      setPage({ of });
    });
  }, []);
  return page ? h(page.of, props) : <p class="waiting">{common.value.loading}</p>;
}

function Elsewhere({ to }: { to: string }) {
  useEffect(() => {
    go(to);
  }, [to]);
  return null;
}
