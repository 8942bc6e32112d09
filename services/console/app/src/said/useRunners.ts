import { useQuery } from "@tanstack/react-query";
import { api, body } from "../api/client";
import { keys } from "../api/keys";
import type { RunnerOut } from "../api/schema";
import { useI18n } from "../i18n/I18n";
import type { Language } from "../i18n/types";
import { described } from "./described";

const none: readonly RunnerOut[] = [];

/** The runners that a step may name here, described in the chosen language. They change with a deployment only. */
export function useRunners(): { runners: readonly RunnerOut[]; isLoading: boolean; error: Error | null } {
  const { language } = useI18n();
  const { data, isLoading, error } = useQuery({
    queryKey: [...keys.runners, language],
    queryFn: ({ signal }) => read(language, signal),
    staleTime: 5 * 60_000,
  });
  return { runners: data ?? none, isLoading, error };
}

async function read(language: Language, signal: AbortSignal): Promise<readonly RunnerOut[]> {
  const { data } = await body(api.GET("/runners", { signal }));
  if (language === "en") return data;
  const { runnerTexts } = await import("../i18n/ko/runners");
  return data.map((runner) => described(runner, runnerTexts));
}
