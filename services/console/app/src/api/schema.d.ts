// Made by `npm run types` from the OpenAPI document. Do not edit.

export interface paths {
    "/admin/questions/{question_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Question
         * @description One question in full, and how its explanation stands.
         */
        get: operations["read_question_admin_questions__question_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/questions/{question_id}/explanation-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Question Status
         * @description How the explanation of one question stands.
         */
        get: operations["read_question_status_admin_questions__question_id__explanation_status_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/questions/{question_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry One Question
         * @description Have one question that failed asked anew, in the background. If it has not failed, 409.
         */
        post: operations["retry_one_question_admin_questions__question_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/restart-queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restart Explanations
         * @description Push the queue, and start an instance for each definition that has questions waiting and none at work.
         */
        post: operations["restart_explanations_admin_restart_queue_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/sets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Sets
         * @description The newest thousand sets of questions, and how each stands.
         */
        get: operations["list_sets_admin_sets_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/sets/{set_id}/explanation-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Set Status
         * @description How a set stands in all, and each of its questions.
         */
        get: operations["read_set_status_admin_sets__set_id__explanation_status_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/sets/{set_id}/questions/bulk-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check Questions
         * @description Say what an upload of this would do: which lines are wrong, which the set has already. Nothing is saved.
         */
        post: operations["check_questions_admin_sets__set_id__questions_bulk_check_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/sets/{set_id}/questions/bulk-upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload Questions
         * @description Save questions at once, from JSON or CSV, and have them explained in the background.
         *
         *     Good lines are saved; bad ones are reported by line, column and reason. What is in the set already is left as it is.
         */
        post: operations["upload_questions_admin_sets__set_id__questions_bulk_upload_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/sets/{set_id}/questions/queue-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Queue Status
         * @description How many questions of a set wait, are asked for, completed or failed, and the instances at work on them.
         */
        get: operations["read_queue_status_admin_sets__set_id__questions_queue_status_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/sets/{set_id}/questions/retry-failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Failed Questions
         * @description Have the questions of a set that failed asked anew, in the background. If none has failed, 409.
         */
        post: operations["retry_failed_questions_admin_sets__set_id__questions_retry_failed_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/system-prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List System Prompts
         * @description Every prompt by key: the same as `/prompts`.
         */
        get: operations["list_system_prompts_admin_system_prompts_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/system-prompts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read System Prompt
         * @description A prompt as it stands; `ETag` is its version.
         */
        get: operations["read_system_prompt_admin_system_prompts__name__get"];
        /**
         * Put System Prompt
         * @description Make or replace a prompt. Say which version was edited: if it is not the one that stands, 409.
         */
        put: operations["put_system_prompt_admin_system_prompts__name__put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description Every change that was asked for, newest first.
         */
        get: operations["list_audit_audit_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/batch/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run Batch
         * @description Start one definition by name, or all that are enabled; one that is refused holds up none of the others.
         */
        post: operations["run_batch_batch_run_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/budget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Budget
         * @description What was spent by day and by definition, beside what may be spent. Rehearsals do not count.
         */
        get: operations["read_budget_budget_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cache-readers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Cache Readers
         * @description The processes that keep what they have read of collections, and whether they know of every change.
         */
        get: operations["list_cache_readers_cache_readers_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/circuit-breakers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Breakers
         * @description The servers that embeddings come from, those first that are left alone. One that never failed is not here.
         */
        get: operations["list_breakers_circuit_breakers_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/circuit-breakers/{name}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close Breaker
         * @description The same for a name without a slash, in the path.
         */
        post: operations["close_breaker_circuit_breakers__name__close_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/circuit-breakers/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close Named Breaker
         * @description Call a server again at once. Steps that rest because of it go on when their time comes, or by a restart.
         */
        post: operations["close_named_breaker_circuit_breakers_close_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Collections
         * @description The collections of embeddings: what their vectors are, how many there are, and how they are indexed.
         */
        get: operations["list_collections_collections_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cron": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Calendar
         * @description What became of each instant of each cron, oldest first, and what comes next.
         */
        get: operations["read_calendar_cron_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Letters
         * @description Dead letters, newest first.
         */
        get: operations["list_letters_dead_letters_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/requeue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Requeue Letters
         * @description Mark letters as `requeued`. A step that collects requeued letters takes them up; nothing else happens here.
         */
        post: operations["requeue_letters_dead_letters_requeue_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Summarise Letters
         * @description How many are dead or requeued, by source, step and reason, the commonest first; of the newest 100,000.
         */
        get: operations["summarise_letters_dead_letters_summary_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Definitions
         * @description Every definition, by name.
         */
        get: operations["list_definitions_definitions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Definition
         * @description A definition as it stands; `ETag` is its version.
         */
        get: operations["read_definition_definitions__name__get"];
        /**
         * Put Definition
         * @description Make or replace a definition. Say which version was edited: if it is not the one that stands, 409.
         */
        put: operations["put_definition_definitions__name__put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/{name}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Diff Versions
         * @description What differs between two versions, by path; steps are matched by key.
         */
        get: operations["diff_versions_definitions__name__diff_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/{name}/rehearse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rehearse Definition
         * @description Rehearse a definition, a draft of it, or one step: nothing is paid for, no table but the engine's is changed.
         */
        post: operations["rehearse_definition_definitions__name__rehearse_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/{name}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore Definition
         * @description Make what the definition was at a version its newest version. Say which one stands: if it is another, 409.
         */
        post: operations["restore_definition_definitions__name__restore_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run Definition
         * @description Start a definition. Its params are checked against its `params_schema`, and their defaults filled in.
         */
        post: operations["run_definition_definitions__name__run_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Versions
         * @description The versions of a definition, newest first: who made each, from which client, and when.
         */
        get: operations["list_versions_definitions__name__versions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Version
         * @description A definition as it was at a version.
         */
        get: operations["read_version_definitions__name__versions__version__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/parse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Parse Definition
         * @description The definition in YAML or JSON text. What cannot be read is refused with line and column; nothing is checked.
         */
        post: operations["parse_definition_definitions_parse_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview Definition
         * @description The graph, the fire times, what would change, what a retry would reuse, the cost. Nothing is changed.
         */
        post: operations["preview_definition_definitions_preview_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/text": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write Definition
         * @description A definition as YAML, as `batchdag export` writes it. It may be wrong: nothing is checked or changed.
         */
        post: operations["write_definition_definitions_text_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Validate Definition
         * @description Everything that is wrong with a definition. Nothing is changed.
         */
        post: operations["validate_definition_definitions_validate_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events
         * @description Server-sent events: `instance`, `step` and `queue`, each the whole of its state.
         *
         *     The first events are the live instances and what has changed since the cursor. A stream that ends is opened again
         *     with the last id; an event may come twice.
         */
        get: operations["events_events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/graphql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Graphql
         * @description Read collections, definitions, instances and results: a query, answered with `data`, `errors`, or both.
         */
        post: operations["graphql_graphql_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Healthz
         * @description The process answers.
         */
        get: operations["healthz_healthz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Instances
         * @description Instances, newest first.
         */
        get: operations["list_instances_instances_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Instance
         * @description An instance, with what it was started with.
         */
        get: operations["read_instance_instances__instance_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Instance
         * @description Cancel an instance. What runs is stopped by its workers; jobs at providers are cancelled too.
         */
        post: operations["cancel_instance_instances__instance_id__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/definition": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Definition Of Instance
         * @description The definition as the instance runs it: that of its version, or the draft that it rehearses.
         */
        get: operations["read_definition_of_instance_instances__instance_id__definition_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/eta": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Eta
         * @description When the instance ends, by how long its steps took in earlier instances, and how far off that may be.
         */
        get: operations["read_eta_instances__instance_id__eta_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain Instance
         * @description Why is this not running? In words, for each step that is not done; at most 20 of them.
         */
        get: operations["explain_instance_instances__instance_id__explain_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Log
         * @description What happened to the instance, newest last. Who asked for a change is told to administrators only.
         */
        get: operations["read_log_instances__instance_id__log_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/rehearsal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Rehearsal
         * @description What a rehearsal says of the real run: problems first, then what each step would ask, load and cost.
         */
        get: operations["read_rehearsal_instances__instance_id__rehearsal_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Results
         * @description What each attempt gave: a summary, or an error.
         */
        get: operations["list_results_instances__instance_id__results_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Instance
         * @description Continue a failed or cancelled instance: reuse what is still valid, run the rest.
         */
        post: operations["retry_instance_instances__instance_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/retry/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan Retry
         * @description What a retry would reuse, run, and drop. Nothing is changed.
         */
        post: operations["plan_retry_instances__instance_id__retry_plan_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/spend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Spend
         * @description What each step of an instance has bought, from whom, and what it cost.
         */
        get: operations["read_spend_instances__instance_id__spend_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Steps
         * @description Steps in the order in which they were made.
         */
        get: operations["list_steps_instances__instance_id__steps_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/steps/{step_key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Step
         * @description One step in full: as its version has it, its parents, what it gave, what it bought, and how fast it goes.
         */
        get: operations["read_step_instances__instance_id__steps__step_key__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/steps/{step_key}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain Step
         * @description Why is this step not running, or: what became of it? In words.
         */
        get: operations["explain_step_instances__instance_id__steps__step_key__explain_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/steps/{step_key}/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Failures
         * @description Why items failed, by what their errors have in common, the commonest first; of the first 100,000 that failed.
         */
        get: operations["list_failures_instances__instance_id__steps__step_key__failures_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/steps/{step_key}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Items
         * @description The items that a step has made.
         */
        get: operations["list_items_instances__instance_id__steps__step_key__items_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/steps/{step_key}/items/{shard}/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Item
         * @description One item in full, with what providers were asked for it and what they answered.
         */
        get: operations["read_item_instances__instance_id__steps__step_key__items__shard___seq__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances/{instance_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Timeline
         * @description Every attempt of every step and what each step does now, in the order in which the steps were made.
         */
        get: operations["read_timeline_instances__instance_id__timeline_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/leases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Leases
         * @description The steps and shards that run, with their leases.
         */
        get: operations["list_leases_leases_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Limits
         * @description The limits, and how each is used now. They are rows of `batch_limit`.
         */
        get: operations["list_limits_limits_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Login
         * @description Sign this browser in with a link. The link is used up.
         */
        get: operations["login_login_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Link
         * @description Make a link that signs a browser in, once and soon, with the role of this token.
         */
        post: operations["create_link_login_links_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Logout
         * @description End the session of this browser. A token stays; an administrator revokes it.
         */
        post: operations["logout_logout_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Me
         * @description Whom the token or the session stands for.
         */
        get: operations["read_me_me_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description Metrics in Prometheus' text format.
         */
        get: operations["metrics_metrics_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/monitoring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Monitoring
         * @description The operator's checklist, answered. The thresholds are settings.
         */
        get: operations["read_monitoring_monitoring_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Prompts
         * @description Every prompt by key, with the definitions that name it.
         */
        get: operations["list_prompts_prompts_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prompts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Prompt
         * @description A prompt as it stands; `ETag` is its version.
         */
        get: operations["read_prompt_prompts__name__get"];
        /**
         * Put Prompt
         * @description Make or replace a prompt. Say which version was edited: if it is not the one that stands, 409.
         */
        put: operations["put_prompt_prompts__name__put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prompts/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Prompt Versions
         * @description The history of a prompt, oldest first.
         */
        get: operations["list_prompt_versions_prompts__name__versions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prompts/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Prompt Version
         * @description A prompt as it was at a version.
         */
        get: operations["read_prompt_version_prompts__name__versions__version__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prompts/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview Draft
         * @description What a draft would say to real rows: of a step, or of the uploaded questions. Nothing is sent or saved.
         */
        post: operations["preview_draft_prompts_preview_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/provider-batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Provider Batches
         * @description Jobs at providers, newest first.
         */
        get: operations["list_provider_batches_provider_batches_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Queue
         * @description How much waits, how much runs, and since when.
         */
        get: operations["read_queue_queue_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queue/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restart Queue
         * @description Wake every process, and make due at once what waits to be tried again. What waits for a provider goes on waiting.
         *
         *     Steps of lost workers need no push: they are taken back when their lease ends.
         */
        post: operations["restart_queue_queue_restart_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description The process answers, and reaches its database.
         */
        get: operations["readyz_readyz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Runners
         * @description Every runner that a step may name here, by name, with the JSON Schema of its params.
         */
        get: operations["list_runners_runners_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Session
         * @description Sign this browser in with the token of this request. Its cookie does from then on, and no token is needed.
         */
        post: operations["create_session_sessions_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Streams
         * @description The passes that load embeddings, and where each of their parts stands.
         */
        get: operations["list_streams_streams_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Tokens
         * @description Every token, without its secret.
         */
        get: operations["list_tokens_tokens_get"];
        put?: never;
        /**
         * Create Token
         * @description Make a token. Its secret is in this answer only.
         */
        post: operations["create_token_tokens_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke Token
         * @description End a token and its sessions. Other processes notice within seconds.
         */
        delete: operations["revoke_token_tokens__token_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Workers
         * @description Workers that hold steps, by name. One that holds none has no row anywhere, and is not seen here.
         */
        get: operations["list_workers_workers_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AnswerLengthOut */
        AnswerLengthOut: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "of_step" | "of_model" | "simulated";
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /**
             * Words
             * @example the simulated answers
             */
            words: string;
        };
        /** AppliedOut */
        AppliedOut: {
            /**
             * Before
             * @description The version before; 0: it is new.
             */
            before: number;
            /** Changed */
            changed: boolean;
            /** Name */
            name: string;
            /** Version */
            version: number;
        };
        /**
         * AskingOut
         * @description What a step would ask in earnest, of all items; `asked` and `accepted` are of the rehearsal.
         */
        AskingOut: {
            /** About Usd */
            about_usd: string;
            /** Accepted */
            accepted: number;
            /** Asked */
            asked: number;
            /** At Most Usd */
            at_most_usd: string;
            /** Bought Before */
            bought_before: number;
            duration: components["schemas"]["TakesOut"];
            /** Examples */
            examples: components["schemas"]["ExampleOut"][];
            /** Input Tokens */
            input_tokens: number;
            /** Mode */
            mode: string;
            /** Model */
            model: string;
            /** Output Tokens */
            output_tokens: number;
            /** @description By what the length of an answer is known. */
            output_tokens_as: components["schemas"]["AnswerLengthOut"];
            /** Price Is Upper Bound */
            price_is_upper_bound: boolean;
            prompt: components["schemas"]["PromptUsed"] | null;
            /** Provider */
            provider: string;
            /**
             * Reasons
             * @description Why made-up answers could not be used.
             */
            reasons: components["schemas"]["ReasonOut"][];
            /** Rejected */
            rejected: number;
            /** Requests */
            requests: number;
            /** Seconds */
            seconds: number | null;
        };
        /**
         * AttemptOut
         * @description One attempt, or what a step does now: a bar of a chart, and the wait before it.
         */
        AttemptOut: {
            /**
             * Attempt
             * @description Of what waits for a worker: the attempt that it waits for. 0: it never ran.
             */
            attempt: number;
            /**
             * Due At
             * @description Of a ready step: not before.
             */
            due_at: string | null;
            /** Error */
            error: string | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Queued At
             * @description From when on it could have begun.
             */
            queued_at: string | null;
            /** Reason */
            reason: string | null;
            /** Shard */
            shard: number;
            /** @description Of a parallel step: its shards, together. */
            shards: components["schemas"]["ShardsOut"] | null;
            /**
             * Started At
             * @description Of its last claim: who was snoozed begins again.
             */
            started_at: string | null;
            /** State */
            state: string;
            /** Step Key */
            step_key: string;
            /** Worker */
            worker: string | null;
        };
        /** AuditOut */
        AuditOut: {
            /** Action */
            action: string;
            /** Actor */
            actor: string;
            /** After */
            after: unknown;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Before */
            before: unknown;
            /** Client */
            client: string;
            /** Error */
            error: string | null;
            /** Id */
            id: number;
            /** Outcome */
            outcome: string;
            /** Role */
            role: string;
            /** Subject */
            subject: string;
            /** Token Id */
            token_id: number;
        };
        /**
         * BatchRunIn
         * @description Which definitions to start: one by `name`, with params; or `all` that are enabled, without.
         * @example {
         *       "name": "questions",
         *       "params": {
         *         "limit": 10
         *       }
         *     }
         * @example {
         *       "all": true
         *     }
         */
        BatchRunIn: {
            /**
             * All
             * @default false
             */
            all: boolean;
            /** Name */
            name?: string | null;
            /** Params */
            params?: {
                [key: string]: unknown;
            };
        };
        /** BatchRunOut */
        BatchRunOut: {
            /** Refused */
            refused: components["schemas"]["NotStartedOut"][];
            /** Started */
            started: components["schemas"]["StartedOut"][];
        };
        /** BreakerClosedOut */
        BreakerClosedOut: {
            /**
             * Changed
             * @description False: nothing was held against it.
             */
            changed: boolean;
            /** Name */
            name: string;
        };
        /**
         * BreakerCloseIn
         * @description Which circuit breaker to close.
         * @example {
         *       "name": "embeddings:localhost:50051"
         *     }
         */
        BreakerCloseIn: {
            /** Name */
            name: string;
        };
        /**
         * BreakerOut
         * @description A server that embeddings come from, and whether it is called.
         */
        BreakerOut: {
            /**
             * Cooldown
             * @description Seconds.
             */
            cooldown: number;
            /** Failing Since */
            failing_since: string | null;
            /** Failures */
            failures: number;
            /** Name */
            name: string;
            /** Opened At */
            opened_at: string | null;
            /** Reason */
            reason: string | null;
            /** Retry At */
            retry_at: string | null;
            /**
             * State
             * @description `closed`: it is called; `open`: it is left alone; `half_open`: one step tries it.
             */
            state: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * BudgetOut
         * @description What was spent, beside what may be spent.
         */
        BudgetOut: {
            /** Days */
            days: components["schemas"]["DaySpendOut"][];
            /** Definitions */
            definitions: components["schemas"]["DefinitionSpendOut"][];
            /**
             * Limit Usd Per Day
             * @description The threshold of the checklist; it stops nothing.
             */
            limit_usd_per_day: string | null;
        };
        /**
         * CacheReaderOut
         * @description A process that keeps what it has read of collections.
         */
        CacheReaderOut: {
            /** Address */
            address: string;
            /**
             * Behind
             * @description Collections whose newest change it has not been told.
             */
            behind: number;
            /**
             * Error
             * @description Why it could not be told.
             */
            error: string | null;
            /** Name */
            name: string;
            /**
             * Seen At
             * Format: date-time
             * @description Renewed every few seconds while it lives.
             */
            seen_at: string;
        };
        /**
         * Calendar
         * @description What became of instants, and what comes next: five instants of each cron.
         */
        Calendar: {
            /** Data */
            data: components["schemas"]["FireOut"][];
            /** Next */
            next?: string | null;
            /** Problems */
            problems: components["schemas"]["UnusableCron"][];
            /** Upcoming */
            upcoming: components["schemas"]["UpcomingOut"][];
        };
        /**
         * CallOut
         * @description What a provider was asked for an item, and what came back.
         */
        CallOut: {
            /** Answered At */
            answered_at: string | null;
            /**
             * Asked At
             * Format: date-time
             */
            asked_at: string;
            /** Cost Usd */
            cost_usd: string | null;
            /**
             * Finish
             * @description Why the model stopped; only `stop` is good.
             */
            finish: string | null;
            /** Input Tokens */
            input_tokens: number | null;
            /** Is Simulated */
            is_simulated: boolean;
            /** Mode */
            mode: string;
            /** Model */
            model: string;
            /** Output Tokens */
            output_tokens: number | null;
            /**
             * Parsed
             * @description What the step makes of the answer; null: it cannot use it.
             */
            parsed: unknown;
            /** Problem */
            problem: string | null;
            /** Prompt */
            prompt: string;
            /** Provider */
            provider: string;
            /** Raw Answer */
            raw_answer: string | null;
            /** Reason */
            reason: string | null;
            /** State */
            state: string;
            /** System */
            system: string | null;
            /** Try */
            try: number;
        };
        /** CancelOut */
        CancelOut: {
            /** Id */
            id: number;
            /**
             * Status
             * @description `running` while its running steps wind down.
             */
            status: string;
        };
        /** ChangeOut */
        ChangeOut: {
            /** After */
            after?: unknown;
            /** Before */
            before?: unknown;
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "step_added" | "step_removed" | "next_steps" | "next_steps_reordered" | "step_condition" | "step_unconditional" | "step_fan_in" | "step_on_failure" | "step_parallel" | "step_in_one_piece" | "step_attempts" | "step_runner" | "step_timeout" | "step_field" | "budget" | "cron" | "cron_removed" | "description" | "enabled" | "disabled" | "max_active" | "misfire" | "overlap" | "params_schema" | "field";
            /**
             * Path
             * @example steps.load.params.table
             */
            path: string;
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /**
             * Words
             * @description The same as a sentence.
             * @example step load now waits for explain too
             */
            words: string;
        };
        /**
         * Check
         * @description One question of the operator's checklist.
         */
        Check: {
            /**
             * Figures
             * @description What `words` names: to say it in another language.
             */
            figures: {
                [key: string]: number;
            };
            /** Limit */
            limit: number | null;
            /** Name */
            name: string;
            /** Ok */
            ok: boolean;
            /** Question */
            question: string;
            /** Value */
            value: number;
            /** Words */
            words: string;
        };
        /**
         * Checked
         * @description Everything that is wrong with a definition; nothing was changed.
         */
        Checked: {
            /** Is Valid */
            is_valid: boolean;
            /** Problems */
            problems: components["schemas"]["ProblemAt"][];
        };
        /**
         * CheckOut
         * @description What would become of an upload. ``received`` is the sum of ``good``, ``duplicates`` and ``refused``.
         */
        CheckOut: {
            /**
             * Duplicate Lines
             * @description Their lines, at most 1,000.
             */
            duplicate_lines: number[];
            /**
             * Duplicates
             * @description Questions that the set has already, by their text and language.
             */
            duplicates: number;
            /**
             * Encoding
             * @description How the text was read.
             * @example utf-8
             */
            encoding: string;
            /**
             * Good
             * @description Questions that would be saved.
             */
            good: number;
            /**
             * Ignored Columns
             * @description Columns that nothing is known about.
             */
            ignored_columns: string[];
            /**
             * Problems
             * @description What is wrong with the refused lines, at most 1,000.
             */
            problems: components["schemas"]["LineProblem"][];
            /** Received */
            received: number;
            /** Refused */
            refused: number;
            /** Set Id */
            set_id: string;
        };
        /**
         * CollectionOut
         * @description A collection of embeddings that readers serve.
         */
        CollectionOut: {
            /** Changed At */
            changed_at: string | null;
            /** Description */
            description: string;
            /** Dimensions */
            dimensions: number | null;
            /** Embeddings Table */
            embeddings_table: string;
            /** Enabled */
            enabled: boolean;
            /**
             * Generation
             * @description How often it has changed.
             */
            generation: number | null;
            /** Index Is Valid */
            index_is_valid: boolean | null;
            /** Index Method */
            index_method: string | null;
            /** Index Name */
            index_name: string | null;
            /**
             * Is Estimate
             * @description More than 100,000 rows are not counted, but estimated.
             */
            is_estimate: boolean;
            /** Model */
            model: string | null;
            /** Name */
            name: string;
            /** Rows */
            rows: number | null;
            /** Rows Table */
            rows_table: string;
            /** Type */
            type: string | null;
        };
        /**
         * CostOut
         * @description What an instance costs, by what the last ones have bought, and what it would cost.
         */
        CostOut: {
            /** After Usd */
            after_usd: string;
            /** Before Usd */
            before_usd: string;
            /**
             * Is Simulated
             * @description Some of it is simulated money.
             */
            is_simulated: boolean;
            /**
             * Remarks
             * @description What `why` is made of.
             */
            remarks: components["schemas"]["CostRemarkOut"][];
            /** Why */
            why: string;
        };
        /** CostRemarkOut */
        CostRemarkOut: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "basis" | "step_added" | "step_removed" | "step_edited" | "asks_nobody" | "would_ask" | "no_price";
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /** Words */
            words: string;
        };
        /** Data[AppliedOut] */
        Data_AppliedOut_: {
            data: components["schemas"]["AppliedOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[CheckOut] */
        Data_CheckOut_: {
            data: components["schemas"]["CheckOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[list[PromptSummary]] */
        Data_list_PromptSummary__: {
            /** Data */
            data: components["schemas"]["PromptSummary"][];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[list[SetOut]] */
        Data_list_SetOut__: {
            /** Data */
            data: components["schemas"]["SetOut"][];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[PromptOut] */
        Data_PromptOut_: {
            data: components["schemas"]["PromptOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[QuestionOut] */
        Data_QuestionOut_: {
            data: components["schemas"]["QuestionOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[RestartedOut] */
        Data_RestartedOut_: {
            data: components["schemas"]["RestartedOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[RetriedOut] */
        Data_RetriedOut_: {
            data: components["schemas"]["RetriedOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[SetQueueOut] */
        Data_SetQueueOut_: {
            data: components["schemas"]["SetQueueOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[SetStatusOut] */
        Data_SetStatusOut_: {
            data: components["schemas"]["SetStatusOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[StatusOut] */
        Data_StatusOut_: {
            data: components["schemas"]["StatusOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** Data[UploadOut] */
        Data_UploadOut_: {
            data: components["schemas"]["UploadOut"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
        };
        /** DaySpendOut */
        DaySpendOut: {
            /**
             * Day
             * Format: date
             * @description UTC; the day on which the job was made.
             */
            day: string;
            /**
             * Definition
             * @description Null: of instances that were pruned.
             */
            definition: string | null;
            /**
             * Simulated Usd
             * @description What simulated answers would have cost.
             */
            simulated_usd: string;
            /** Spent Usd */
            spent_usd: string;
        };
        /**
         * DefinitionIn
         * @description A definition as people set it. What is left out has its default; `version` is the one that was edited.
         * @example {
         *       "cron": "0 3 * * *",
         *       "description": "Collects questions and loads them.",
         *       "name": "questions",
         *       "steps": [
         *         {
         *           "key": "collect",
         *           "nextSteps": [
         *             "load"
         *           ],
         *           "params": {
         *             "path": "questions.jsonl"
         *           }
         *         },
         *         {
         *           "key": "load",
         *           "params": {
         *             "keys": [
         *               "id"
         *             ],
         *             "mode": "upsert",
         *             "table": "question"
         *           }
         *         }
         *       ],
         *       "version": 3
         *     }
         */
        DefinitionIn: {
            /**
             * Name
             * @description May be left out where the path has it.
             */
            name?: string | null;
            /**
             * Steps
             * @description A list of steps; the reference of definitions describes them.
             */
            steps?: unknown;
            /**
             * Version
             * @description The version that was edited; 0: there is none yet. The header `If-Match` does the same.
             */
            version?: number | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * DefinitionOut
         * @example {
         *       "cron": "0 3 * * *",
         *       "description": "Collects questions and loads them.",
         *       "name": "questions",
         *       "steps": [
         *         {
         *           "key": "collect",
         *           "nextSteps": [
         *             "load"
         *           ],
         *           "params": {
         *             "path": "questions.jsonl"
         *           }
         *         },
         *         {
         *           "key": "load",
         *           "params": {
         *             "keys": [
         *               "id"
         *             ],
         *             "mode": "upsert",
         *             "table": "question"
         *           }
         *         }
         *       ],
         *       "version": 3
         *     }
         */
        DefinitionOut: {
            /** Budget Usd */
            budget_usd: string | null;
            /** Cron */
            cron: string | null;
            /** Description */
            description: string;
            /** Enabled */
            enabled: boolean;
            /** Max Active */
            max_active: number | null;
            /** Misfire */
            misfire: string;
            /** Name */
            name: string;
            /** Overlap */
            overlap: string;
            /** Params Schema */
            params_schema: {
                [key: string]: unknown;
            };
            /** Priority */
            priority: number;
            /** Steps */
            steps: {
                [key: string]: unknown;
            }[];
            /** Timezone */
            timezone: string;
            /** Version */
            version?: number | null;
        };
        /** DefinitionSpendOut */
        DefinitionSpendOut: {
            /**
             * Budget Usd
             * @description What one instance may spend.
             */
            budget_usd: string | null;
            /** Last Instance Id */
            last_instance_id: number | null;
            /**
             * Last Spent Usd
             * @description What the newest instance has spent, simulated answers too.
             */
            last_spent_usd: string | null;
            /** Name */
            name: string;
            /** Simulated 30D Usd */
            simulated_30d_usd: string;
            /** Spent 30D Usd */
            spent_30d_usd: string;
        };
        /** DefinitionSummary */
        DefinitionSummary: {
            /** Budget Usd */
            budget_usd: string | null;
            /** Client */
            client: string;
            /** Cron */
            cron: string | null;
            /** Description */
            description: string;
            /**
             * Edited At
             * Format: date-time
             */
            edited_at: string;
            /** Edited By */
            edited_by: string;
            /** Enabled */
            enabled: boolean;
            /**
             * Last Runs
             * @description The newest 20 instances, the oldest of them first; no rehearsals.
             */
            last_runs: components["schemas"]["LastRun"][];
            /** Name */
            name: string;
            /** Next Fire At */
            next_fire_at: string | null;
            /**
             * Problem
             * @description Why the cron cannot be used.
             */
            problem: string | null;
            /**
             * Running
             * @description Instances that have not ended; no rehearsals.
             */
            running: number;
            /**
             * Simulated 30D Usd
             * @description What the simulated ones would have cost.
             */
            simulated_30d_usd: string;
            /**
             * Spent 30D Usd
             * @description What jobs at providers have cost in the last 30 days.
             */
            spent_30d_usd: string;
            /**
             * Steps
             * @description How many steps it has.
             */
            steps: number;
            /** Timezone */
            timezone: string;
            /** Version */
            version: number;
        };
        /** Diff */
        Diff: {
            /** Changes */
            changes: components["schemas"]["ChangeOut"][];
            /** From Version */
            from_version: number;
            /** Name */
            name: string;
            /** To Version */
            to_version: number;
        };
        /**
         * EndedOut
         * @description An instance that explained, and has ended.
         */
        EndedOut: {
            /** Definition */
            definition: string;
            /**
             * Error
             * @description Why it failed, in its own words or those of its first failed step.
             */
            error: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Instance Id */
            instance_id: number;
            /**
             * Status
             * @example failed
             */
            status: string;
        };
        /**
         * Eta
         * @description When an instance ends, by how long its steps took before; `error_seconds` says how far off that may be.
         */
        Eta: {
            /**
             * At
             * @description Null: nobody can say; `why_not` has the reason.
             */
            at: string | null;
            /**
             * Error Seconds
             * @description Half of the earlier instances were off by more.
             */
            error_seconds?: number | null;
            /**
             * Path
             * @description The steps that it waits for, one after the other.
             */
            path?: string[];
            /**
             * Runs
             * @description How many earlier instances it rests on.
             * @default 0
             */
            runs: number;
            /** Seconds Left */
            seconds_left?: number | null;
            why_not?: components["schemas"]["NoEtaOut"] | null;
        };
        /**
         * EventOut
         * @description Something that happened to an instance.
         */
        EventOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Attempt */
            attempt: number;
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "created" | "asked" | "began" | "attempt_began" | "attempt_succeeded" | "attempt_failed" | "step_ended" | "cancel_asked" | "ended" | "alert";
            /**
             * Event
             * @example step.failed
             */
            event: string;
            /**
             * Level
             * @description info, warning or error
             */
            level: string;
            /** Shard */
            shard: number | null;
            /** Step Key */
            step_key: string | null;
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /** Words */
            words: string;
        };
        /** ExampleOut */
        ExampleOut: {
            /**
             * Answer
             * @description Made up.
             */
            answer: string | null;
            /** Error */
            error: string | null;
            /** Prompt */
            prompt: string;
            /** System */
            system: string | null;
        };
        /** Explanation */
        Explanation: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "no_such_instance" | "no_such_step" | "instance_waits_for_room" | "instance_waits_for_earlier" | "instance_not_taken" | "instance_ended" | "step_dropped" | "waits_for_shards" | "waits_for_parents" | "not_released" | "snoozed" | "waits_to_retry" | "waits_for_limit" | "not_claimed" | "running" | "worker_lost" | "upstream_failed" | "cancelled_by_stop" | "cancelled_with_instance" | "cancelled" | "succeeded" | "failed" | "condition_unmet" | "skipped";
            /** Step Key */
            step_key: string | null;
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /**
             * Words
             * @example Step "load" is waiting for "collect" (running).
             */
            words: string;
        };
        /**
         * ExplanationState
         * @enum {string}
         */
        ExplanationState: "pending" | "generating" | "completed" | "failed";
        /**
         * FailureOut
         * @description Failed items whose errors are of one kind.
         */
        FailureOut: {
            /**
             * Class
             * @description Why a provider's answer was no use, as `not_json`.
             */
            class: string | null;
            /** Example Error */
            example_error: string | null;
            /** Example Seq */
            example_seq: number;
            /** Example Shard */
            example_shard: number;
            /** Items */
            items: number;
            /**
             * Reason
             * @description What their errors have in common: quoted values are left out, numbers are `#`.
             */
            reason: string;
        };
        /**
         * FireOut
         * @description An instant that was due, and what became of it.
         */
        FireOut: {
            /** Definition */
            definition: string;
            /**
             * Fire At
             * Format: date-time
             */
            fire_at: string;
            /** Instance Id */
            instance_id: number | null;
            /**
             * Late
             * @description Seconds from the instant to the decision.
             */
            late: number;
            /**
             * Outcome
             * @description fired, missed, skipped_overlap or failed_to_start
             */
            outcome: string;
            /** Reason */
            reason: string | null;
            /** Status */
            status: string | null;
            /** @description `reason` by its code; null: there is none, or it is the error of a start. */
            why: components["schemas"]["FireReasonOut"] | null;
        };
        /** FireReasonOut */
        FireReasonOut: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "overlapped" | "not_fired" | "not_the_latest" | "backfilled" | "backfilled_after" | "nobody_looked";
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /** Words */
            words: string;
        };
        /**
         * Formulas
         * @enum {string}
         */
        Formulas: "refuse" | "keep";
        /**
         * GraphqlIn
         * @description A query as clients of GraphQL send it.
         * @example {
         *       "query": "{ collections { name } }"
         *     }
         */
        GraphqlIn: {
            /** Extensions */
            extensions?: {
                [key: string]: unknown;
            } | null;
            /** Operationname */
            operationName?: string | null;
            /** Query */
            query: string;
            /** Variables */
            variables?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * InputsOut
         * @description The params of a step with their templates rendered; what is rendered for each item is left as it is.
         */
        InputsOut: {
            /** Params */
            params: {
                [key: string]: unknown;
            } | null;
            /**
             * Problem
             * @description Why they cannot be rendered: a parent may not have ended.
             */
            problem: string | null;
        };
        /** InstanceDetail */
        InstanceDetail: {
            /**
             * Budget Usd
             * @description Its own budget; null: what its definition allows now.
             */
            budget_usd: string | null;
            /** Cancel Requested */
            cancel_requested: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Definition */
            definition: string;
            /** Done Steps */
            done_steps: number;
            /**
             * Duration
             * @description Seconds.
             */
            duration: number | null;
            /** Error */
            error: string | null;
            /** Failed Step */
            failed_step: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Id */
            id: number;
            /** Idempotency Key */
            idempotency_key: string | null;
            /**
             * May Spend Usd
             * @description The budget that counts: its own, else that of its definition, or of the draft; null: any amount.
             */
            may_spend_usd: string | null;
            /** Params */
            params: {
                [key: string]: unknown;
            };
            /** Priority */
            priority: number;
            /**
             * Progress
             * @description Percent of the steps that are done.
             */
            progress: number | null;
            /**
             * Rehearsal
             * @description Set: nothing is paid for or changed by it.
             */
            rehearsal: {
                [key: string]: unknown;
            } | null;
            /** Running Steps */
            running_steps: number;
            /** Scheduled At */
            scheduled_at: string | null;
            /**
             * Shards
             * @description Of parallel steps: how many shards are in which state.
             */
            shards: {
                [key: string]: unknown;
            }[];
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Total Steps */
            total_steps: number;
            /** Trigger */
            trigger: string;
            /** Version */
            version: number;
        };
        /** InstanceOut */
        InstanceOut: {
            /** Cancel Requested */
            cancel_requested: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Definition */
            definition: string;
            /** Done Steps */
            done_steps: number;
            /**
             * Duration
             * @description Seconds.
             */
            duration: number | null;
            /** Error */
            error: string | null;
            /** Failed Step */
            failed_step: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Id */
            id: number;
            /**
             * Progress
             * @description Percent of the steps that are done.
             */
            progress: number | null;
            /**
             * Rehearsal
             * @description Set: nothing is paid for or changed by it.
             */
            rehearsal: {
                [key: string]: unknown;
            } | null;
            /** Running Steps */
            running_steps: number;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Total Steps */
            total_steps: number;
            /** Trigger */
            trigger: string;
            /** Version */
            version: number;
        };
        /** ItemCounts */
        ItemCounts: {
            /** Cost Usd */
            cost_usd: string;
            /** Dead */
            dead: number;
            /** Failed */
            failed: number;
            /**
             * Is Complete
             * @description False: only the first 100,000 are counted.
             */
            is_complete: boolean;
            /** Pending */
            pending: number;
            /** Succeeded */
            succeeded: number;
            /** Tokens */
            tokens: number;
        };
        /**
         * ItemDetailOut
         * @description An item in full.
         */
        ItemDetailOut: {
            /** Attempts */
            attempts: number;
            /**
             * Calls
             * @description The last 50. None: its answer was recalled, or nobody was asked.
             */
            calls: components["schemas"]["CallOut"][];
            /** Cost Usd */
            cost_usd: string | null;
            /** Error */
            error: string | null;
            /** Payload */
            payload: unknown;
            /** Seq */
            seq: number;
            /** Shard */
            shard: number;
            /** State */
            state: string;
            /** Tokens */
            tokens: number | null;
        };
        /** ItemOut */
        ItemOut: {
            /** Attempts */
            attempts: number;
            /** Cost Usd */
            cost_usd: string | null;
            /** Error */
            error: string | null;
            /** Payload */
            payload: unknown;
            /** Seq */
            seq: number;
            /** Shard */
            shard: number;
            /** State */
            state: string;
            /** Tokens */
            tokens: number | null;
        };
        /**
         * ItemState
         * @enum {string}
         */
        ItemState: "pending" | "succeeded" | "failed" | "dead";
        /**
         * JobOut
         * @description An instance that explains, or will.
         */
        JobOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Definition */
            definition: string;
            /** Instance Id */
            instance_id: number;
            /** Started At */
            started_at: string | null;
            /**
             * Status
             * @example pending
             */
            status: string;
        };
        /**
         * LastRun
         * @description One bar of a sparkline.
         */
        LastRun: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Duration
             * @description Seconds, until now if it is not done; null: it has not begun.
             */
            duration: number | null;
            /** Id */
            id: number;
            /** Status */
            status: string;
        };
        /**
         * LeaseOut
         * @description A step or shard that runs.
         */
        LeaseOut: {
            /** Attempt */
            attempt: number;
            /** Cancel Requested */
            cancel_requested: boolean;
            /** Definition */
            definition: string;
            /** Id */
            id: number;
            /** Instance Id */
            instance_id: number;
            /** Is Overdue */
            is_overdue: boolean;
            /**
             * Lease Expires At
             * Format: date-time
             */
            lease_expires_at: string;
            /** Progress */
            progress: {
                [key: string]: unknown;
            } | null;
            /** Runner */
            runner: string;
            /** Shard */
            shard: number;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /** Step Key */
            step_key: string;
            /** Worker */
            worker: string;
        };
        /** LetterOut */
        LetterOut: {
            /** Batch Instance Id */
            batch_instance_id: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: number;
            /** Payload */
            payload: unknown;
            /** Reason */
            reason: string;
            /** Source */
            source: string;
            /** State */
            state: string;
            /** Step Key */
            step_key: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * LetterState
         * @enum {string}
         */
        LetterState: "dead" | "requeued" | "resolved";
        /**
         * LetterSummary
         * @description Dead letters of one source and step whose reasons are of one kind.
         */
        LetterSummary: {
            /** Dead */
            dead: number;
            /** Example Id */
            example_id: number;
            /**
             * Newest At
             * Format: date-time
             */
            newest_at: string;
            /**
             * Reason
             * @description What their reasons have in common: quoted values are left out, numbers are `#`.
             */
            reason: string;
            /** Requeued */
            requeued: number;
            /** Source */
            source: string;
            /** Step Key */
            step_key: string;
        };
        /**
         * LimitOut
         * @description A limit, and how it is used now.
         */
        LimitOut: {
            /**
             * Begun Last Minute
             * @description Counts only while there is a limit per minute.
             */
            begun_last_minute: number;
            /** Max Per Minute */
            max_per_minute: number | null;
            /** Max Running */
            max_running: number | null;
            /** Name */
            name: string;
            /** Running */
            running: number;
            /**
             * Scope
             * @example runner
             */
            scope: string;
            /**
             * Waiting
             * @description Of a runner: its due steps.
             */
            waiting: number | null;
        };
        /**
         * LineProblem
         * @description One thing wrong with an upload: ``line`` is that of a CSV file, or the number of an element of a JSON list.
         */
        LineProblem: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "missing" | "empty" | "lost_character" | "choices" | "answer_is_no_choice" | "answer_is_wrong" | "formula" | "given_twice" | "not_text" | "open_quote" | "too_long" | "too_many" | "no_number" | "no_text" | "no_list" | "none_of" | "below" | "above" | "unknown_column" | "unknown_code" | "other";
            /**
             * Column
             * @description Null: it is about the whole line.
             * @example answer
             */
            column: string | null;
            /**
             * Line
             * @example 3
             */
            line: number;
            /**
             * Reason
             * @example is none of the choices
             */
            reason: string;
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
        };
        /** LinkOut */
        LinkOut: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /**
             * Path
             * @description Opened in a browser it signs in there, once.
             * @example /login?code=bd_9_...
             */
            path: string;
        };
        /** LoadingColumn */
        LoadingColumn: {
            /** Column */
            column: string;
            /** Field */
            field: string;
            /** Type */
            type: string;
        };
        /**
         * LoadingOut
         * @description What a load would write, and what became of the rows that were tried.
         */
        LoadingOut: {
            /** Columns */
            columns: components["schemas"]["LoadingColumn"][];
            /** Creates */
            creates: boolean;
            /** Inserted */
            inserted: number;
            /** Mode */
            mode: string;
            /** Reasons */
            reasons: string[];
            /** Refused */
            refused: number;
            /** Rows */
            rows: number;
            /** Superseded */
            superseded: number;
            /** Table */
            table: string;
            /** Tried */
            tried: number;
            /** Unchanged */
            unchanged: number;
            /** Updated */
            updated: number;
        };
        /** Me */
        Me: {
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
        };
        /** Monitoring */
        Monitoring: {
            /** Checks */
            checks: components["schemas"]["Check"][];
            /** Ok */
            ok: boolean;
        };
        /** NoEtaOut */
        NoEtaOut: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "not_running" | "steps_never_done";
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /** Words */
            words: string;
        };
        /** NotStartedOut */
        NotStartedOut: {
            /** Definition */
            definition: string;
            /** Hint */
            hint: string | null;
            /** Problem */
            problem: string;
        };
        /** PaceOut */
        PaceOut: {
            /** Done */
            done: number | null;
            /** Eta At */
            eta_at: string | null;
            /**
             * Rate
             * @description Items per second since the step began them.
             */
            rate: number | null;
            /** Total */
            total: number | null;
        };
        /** Page[AttemptOut] */
        Page_AttemptOut_: {
            /** Data */
            data: components["schemas"]["AttemptOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[AuditOut] */
        Page_AuditOut_: {
            /** Data */
            data: components["schemas"]["AuditOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[BreakerOut] */
        Page_BreakerOut_: {
            /** Data */
            data: components["schemas"]["BreakerOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[CacheReaderOut] */
        Page_CacheReaderOut_: {
            /** Data */
            data: components["schemas"]["CacheReaderOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[CollectionOut] */
        Page_CollectionOut_: {
            /** Data */
            data: components["schemas"]["CollectionOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[DefinitionSummary] */
        Page_DefinitionSummary_: {
            /** Data */
            data: components["schemas"]["DefinitionSummary"][];
            /** Next */
            next?: string | null;
        };
        /** Page[EventOut] */
        Page_EventOut_: {
            /** Data */
            data: components["schemas"]["EventOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[FailureOut] */
        Page_FailureOut_: {
            /** Data */
            data: components["schemas"]["FailureOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[InstanceOut] */
        Page_InstanceOut_: {
            /** Data */
            data: components["schemas"]["InstanceOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[ItemOut] */
        Page_ItemOut_: {
            /** Data */
            data: components["schemas"]["ItemOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[LeaseOut] */
        Page_LeaseOut_: {
            /** Data */
            data: components["schemas"]["LeaseOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[LetterOut] */
        Page_LetterOut_: {
            /** Data */
            data: components["schemas"]["LetterOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[LetterSummary] */
        Page_LetterSummary_: {
            /** Data */
            data: components["schemas"]["LetterSummary"][];
            /** Next */
            next?: string | null;
        };
        /** Page[LimitOut] */
        Page_LimitOut_: {
            /** Data */
            data: components["schemas"]["LimitOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[PassOut] */
        Page_PassOut_: {
            /** Data */
            data: components["schemas"]["PassOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[PromptSummary] */
        Page_PromptSummary_: {
            /** Data */
            data: components["schemas"]["PromptSummary"][];
            /** Next */
            next?: string | null;
        };
        /** Page[PromptVersion] */
        Page_PromptVersion_: {
            /** Data */
            data: components["schemas"]["PromptVersion"][];
            /** Next */
            next?: string | null;
        };
        /** Page[ProviderBatchOut] */
        Page_ProviderBatchOut_: {
            /** Data */
            data: components["schemas"]["ProviderBatchOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[ResultOut] */
        Page_ResultOut_: {
            /** Data */
            data: components["schemas"]["ResultOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[RunnerOut] */
        Page_RunnerOut_: {
            /** Data */
            data: components["schemas"]["RunnerOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[SpendOut] */
        Page_SpendOut_: {
            /** Data */
            data: components["schemas"]["SpendOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[StepOut] */
        Page_StepOut_: {
            /** Data */
            data: components["schemas"]["StepOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[TokenOut] */
        Page_TokenOut_: {
            /** Data */
            data: components["schemas"]["TokenOut"][];
            /** Next */
            next?: string | null;
        };
        /** Page[VersionSummary] */
        Page_VersionSummary_: {
            /** Data */
            data: components["schemas"]["VersionSummary"][];
            /** Next */
            next?: string | null;
        };
        /** Page[WorkerOut] */
        Page_WorkerOut_: {
            /** Data */
            data: components["schemas"]["WorkerOut"][];
            /** Next */
            next?: string | null;
        };
        /** ParentOut */
        ParentOut: {
            /** Key */
            key: string;
            /** State */
            state: string;
        };
        /** ParsedOut */
        ParsedOut: {
            /**
             * Definition
             * @description As it is written: nothing of it is checked.
             */
            definition: {
                [key: string]: unknown;
            };
        };
        /**
         * PassOut
         * @description One walk over a source of embeddings into one table.
         */
        PassOut: {
            /**
             * Checkpoint
             * @description By part: up to which place it is done.
             */
            checkpoint: {
                [key: string]: unknown;
            }[];
            /** Collection */
            collection: string;
            /** Dead */
            dead: number;
            /** Done */
            done: number;
            /** Inserted */
            inserted: number;
            /** Instance Id */
            instance_id: number;
            /** Mode */
            mode: string;
            /**
             * Number
             * @description How often this source has been walked.
             */
            number: number;
            /** Parts */
            parts: number;
            /** Parts Done */
            parts_done: number;
            /**
             * Rate
             * @description Rows per second since the step that walks it first began.
             */
            rate: number | null;
            /** Rows */
            rows: number;
            /** Source */
            source: string;
            /**
             * Stage
             * @description loading; loaded: the index and the swap are left; done
             */
            stage: string;
            /** Step Key */
            step_key: string;
            /** Stream */
            stream: string;
            /** Unchanged */
            unchanged: number;
            /** Updated */
            updated: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: string;
        };
        /** PlannedOut */
        PlannedOut: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "unchanged" | "not_done" | "step_edited" | "prompt_edited" | "parents_edited" | "input_changes" | "added" | "removed";
            /**
             * Fate
             * @description reuse, rerun, new or dropped
             */
            fate: string;
            /** Step */
            step: string;
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /** Why */
            why: string;
        };
        /**
         * PlanOut
         * @description What a retry does; `plan` names it.
         */
        PlanOut: {
            /** Instance Id */
            instance_id: number;
            /** Plan */
            plan: string;
            /** Steps */
            steps: components["schemas"]["PlannedOut"][];
            /** Version */
            version: number;
        };
        /**
         * Preview
         * @description What a definition would do; nothing was changed.
         */
        Preview: {
            /** Changes */
            changes: components["schemas"]["ChangeOut"][];
            /** @description Null: no instance that succeeded has bought anything. */
            cost: components["schemas"]["CostOut"] | null;
            /**
             * Graph
             * @example {
             *       "collect": [
             *         "load"
             *       ],
             *       "load": []
             *     }
             */
            graph: {
                [key: string]: string[];
            };
            /** Is New */
            is_new: boolean;
            /** Mermaid */
            mermaid: string;
            /** Name */
            name: string;
            /** Next Fires */
            next_fires: string[];
            /**
             * Next Fires Before
             * @description Those of the definition that stands.
             */
            next_fires_before: string[];
            /** @description Null: no instance has failed or was cancelled. */
            reuse: components["schemas"]["ReuseOut"] | null;
        };
        /**
         * Problem
         * @description RFC 9457: what went wrong, and what to do.
         */
        Problem: {
            /**
             * Detail
             * @example definition 'questions' has 1 problem(s):
             */
            detail: string;
            /**
             * Hint
             * @default null
             */
            hint: string | null;
            /**
             * Problems
             * @default null
             */
            problems: components["schemas"]["ProblemAt"][] | null;
            /**
             * Sqlstate
             * @default null
             * @example BD001
             */
            sqlstate: string | null;
            /**
             * Status
             * @example 422
             */
            status: number;
            /**
             * Title
             * @example The values are not right
             */
            title: string;
            /**
             * Type
             * @default about:blank
             */
            type: string;
        };
        /**
         * ProblemAt
         * @description One thing wrong, and where.
         */
        ProblemAt: {
            /**
             * Message
             * @example unknown step "lod" (did you mean "load"?)
             */
            message: string;
            /**
             * Path
             * @example steps[3].nextSteps[0]
             */
            path: string;
            /** @description Null, or left out: the message alone says it. */
            said?: components["schemas"]["ProblemSaid"] | null;
        };
        /** ProblemSaid */
        ProblemSaid: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "required" | "unknown_field" | "field_not_taken" | "wrong_type" | "no_such_type" | "none_of" | "no_key" | "empty_text" | "too_short" | "too_long" | "too_few" | "too_many" | "below" | "above" | "not_above" | "not_below" | "no_match" | "exactly_one" | "unknown_zone" | "no_cron" | "cron_part" | "cron_never" | "duplicate_key" | "unknown_step" | "named_twice" | "follows_itself" | "cycle" | "behind_cycle" | "no_ancestor" | "unknown_runner" | "key_is_no_runner" | "not_allowed" | "unknown_name" | "unknown_filter" | "unknown_param" | "unknown_bind" | "no_table_name" | "table_of_postgresql" | "table_of_the_engine" | "underscore" | "many_expressions" | "sql_no_query" | "sql_many" | "sql_no_template" | "sql_empty" | "too_deep" | "too_large" | "params_no_object" | "more" | "unreadable_line";
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
        };
        /**
         * PromptIn
         * @description A prompt as people set it; `version` is the one that was edited, 0: there is none yet.
         * @example {
         *       "body": "Explain {{ item.question }}",
         *       "system": "Be brief.",
         *       "version": 3
         *     }
         */
        PromptIn: {
            /** Body */
            body: string;
            /**
             * Description
             * @default
             */
            description: string;
            /** Response Schema */
            response_schema?: {
                [key: string]: unknown;
            } | null;
            /** System */
            system?: string | null;
            /** Version */
            version?: number | null;
        };
        /** PromptOut */
        PromptOut: {
            /** Body */
            body: string;
            /** Client */
            client: string;
            /**
             * Description
             * @default
             */
            description: string;
            /**
             * Edited At
             * Format: date-time
             */
            edited_at: string;
            /** Edited By */
            edited_by: string;
            /** Key */
            key: string;
            /** Response Schema */
            response_schema: {
                [key: string]: unknown;
            } | null;
            /** System */
            system: string | null;
            /** Version */
            version: number;
        };
        /**
         * PromptPreviewIn
         * @description A draft, and whose rows it is shown on: a step's, or the uploaded questions where no definition is named.
         * @example {
         *       "body": "Explain {{ item.question }}",
         *       "items": 2,
         *       "system": "Be brief."
         *     }
         */
        PromptPreviewIn: {
            /** Body */
            body: string;
            /** Definition */
            definition?: string | null;
            /**
             * Items
             * @description How many rows.
             * @default 3
             */
            items: number;
            /**
             * Step
             * @description Default: the first step of the definition that asks for anything.
             */
            step?: string | null;
            /** System */
            system?: string | null;
        };
        /** PromptPreviewOut */
        PromptPreviewOut: {
            /**
             * Instance Id
             * @description Whose items these are; null: rows of the table of questions.
             */
            instance_id: number | null;
            /** Rows */
            rows: components["schemas"]["PromptRow"][];
            /** Step */
            step: string | null;
            /**
             * Why None
             * @description Why there are no rows, and what to do.
             */
            why_none: string | null;
        };
        /**
         * PromptRow
         * @description One row, and the whole of what would be sent for it.
         */
        PromptRow: {
            /** Item */
            item: unknown;
            /**
             * Problem
             * @description Why it cannot be rendered.
             */
            problem: string | null;
            /** Prompt */
            prompt: string | null;
            /** System */
            system: string | null;
            /**
             * Tokens
             * @description About so many, without the schema of the answer.
             */
            tokens: number;
        };
        /** PromptSummary */
        PromptSummary: {
            /** Client */
            client: string;
            /** Description */
            description: string;
            /**
             * Edited At
             * Format: date-time
             */
            edited_at: string;
            /** Edited By */
            edited_by: string;
            /** Key */
            key: string;
            /** Used By */
            used_by: string[];
            /** Version */
            version: number;
        };
        /** PromptUsed */
        PromptUsed: {
            /** Key */
            key: string;
            /** Version */
            version: number;
        };
        /** PromptVersion */
        PromptVersion: {
            /** Client */
            client: string;
            /**
             * Edited At
             * Format: date-time
             */
            edited_at: string;
            /** Edited By */
            edited_by: string;
            /** Version */
            version: number;
        };
        /**
         * ProviderBatchOut
         * @description A job at a provider, or one run of live calls.
         */
        ProviderBatchOut: {
            /**
             * Age Seconds
             * @description Of one whose books are closed: how long it took.
             */
            age_seconds: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Deadline At */
            deadline_at: string | null;
            /** Done */
            done: number;
            /** Error */
            error: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Id */
            id: number;
            /** Instance Id */
            instance_id: number;
            /** Is Overdue */
            is_overdue: boolean;
            /** Is Simulated */
            is_simulated: boolean;
            /** Items */
            items: number;
            /** Mode */
            mode: string;
            /** Model */
            model: string;
            /** Next Poll At */
            next_poll_at: string | null;
            /** Provider */
            provider: string;
            /** Provider Job */
            provider_job: string | null;
            /** Provider Status */
            provider_status: string | null;
            /**
             * Refused
             * @description Of those that are done: answers that were no use.
             */
            refused: number;
            /** Reserved Usd */
            reserved_usd: string;
            /** Spent Usd */
            spent_usd: string;
            /** State */
            state: string;
            /** Step Key */
            step_key: string;
        };
        /**
         * QuestionOut
         * @description A question in full. ``question`` is whole here; where it is one of many, it has at most 200 characters.
         */
        QuestionOut: {
            /** Answer */
            answer: string;
            /** Choices */
            choices: string[];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Difficulty */
            difficulty: string | null;
            /**
             * Error
             * @description Why it failed, in at most 500 characters.
             */
            error: string | null;
            /**
             * Explanation
             * @description Null until it is completed.
             */
            explanation: string | null;
            /** Generated At */
            generated_at: string | null;
            /** Id */
            id: string;
            /** Language */
            language: string;
            /** Level */
            level: number | null;
            /** Passage */
            passage: string | null;
            /** Priority */
            priority: number;
            /** Question */
            question: string;
            /** Question Type */
            question_type: string | null;
            /** Set Id */
            set_id: string | null;
            status: components["schemas"]["ExplanationState"];
            /** Subject */
            subject: string | null;
            /** Wrong Answers */
            wrong_answers: string[];
        };
        /** QueueOut */
        QueueOut: {
            /**
             * Due
             * @description Steps that any worker may take now.
             */
            due: number;
            /**
             * Later
             * @description Steps that wait to be tried again, or for something outside.
             */
            later: number;
            /** Oldest Due At */
            oldest_due_at: string | null;
            /** Oldest Started At */
            oldest_started_at: string | null;
            /**
             * Overdue
             * @description Running steps whose worker has not renewed its lease in time.
             */
            overdue: number;
            /** Pending Instances */
            pending_instances: number;
            /** Running */
            running: number;
            /** Running Instances */
            running_instances: number;
            /** Workers */
            workers: number;
        };
        /**
         * QueueStatus
         * @description How many questions of a set are in each state.
         */
        QueueStatus: {
            /** Completed */
            completed: number;
            /** Failed */
            failed: number;
            /** Generating */
            generating: number;
            /** Pending */
            pending: number;
            /** Total */
            total: number;
        };
        /** ReasonOut */
        ReasonOut: {
            /** Example */
            example: string | null;
            /** Items */
            items: number;
            /** Reason */
            reason: string;
        };
        /**
         * RehearsalOut
         * @description What a rehearsal says of the real run; until `is_done`, what it says so far.
         */
        RehearsalOut: {
            /** About Usd */
            about_usd: string;
            /** At Most Usd */
            at_most_usd: string;
            /** Budget Usd */
            budget_usd: string | null;
            /** Definition */
            definition: string;
            /** Instance Id */
            instance_id: number;
            /** Is Done */
            is_done: boolean;
            /**
             * Is Draft
             * @description It is an edit that was not saved.
             */
            is_draft: boolean;
            /** Notes */
            notes: components["schemas"]["RemarkOut"][];
            /** Problems */
            problems: components["schemas"]["RemarkOut"][];
            /** Sample */
            sample: number | null;
            /** Status */
            status: string;
            /** Step */
            step: string | null;
            /** Steps */
            steps: components["schemas"]["RehearsedStep"][];
            /** Using */
            using: number | null;
            /**
             * Version
             * @description Of a draft: the one that stood when it was rehearsed.
             */
            version: number;
        };
        /** RehearsedStep */
        RehearsedStep: {
            asking: components["schemas"]["AskingOut"] | null;
            /** Failed */
            failed: number;
            /** Items */
            items: number;
            /** Key */
            key: string;
            loading: components["schemas"]["LoadingOut"] | null;
            /** Runner */
            runner: string;
            /**
             * Scale
             * @description How many items of the real run one item stands for.
             */
            scale: number;
            /** State */
            state: string;
        };
        /**
         * RehearseIn
         * @description How to rehearse: everything, or one `step` on what the instance `using` has made; as it is saved, or a draft.
         * @example {
         *       "sample": 20
         *     }
         * @example {
         *       "step": "load",
         *       "using": 7
         *     }
         */
        RehearseIn: {
            /** @description An edit that is not saved, whole, to rehearse in place of what is: for editors. */
            definition?: components["schemas"]["DefinitionIn"] | null;
            /**
             * Params
             * @description Of one step: default those of `using`.
             */
            params?: {
                [key: string]: unknown;
            } | null;
            /**
             * Sample
             * @description Ask for, and try to load, at most so many items of each step.
             */
            sample?: number | null;
            /**
             * Step
             * @description Only this step.
             */
            step?: string | null;
            /**
             * Using
             * @description With step: the instance whose results and items are its input.
             */
            using?: number | null;
        };
        /** RehearsingOut */
        RehearsingOut: {
            /** Instance Id */
            instance_id: number;
        };
        /** RemarkOut */
        RemarkOut: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "instance_failed" | "step_failed" | "answers_unusable" | "over_budget" | "using" | "no_price" | "left_out" | "sampled" | "not_ready" | "empty_copy" | "rows_refused";
            /** Message */
            message: string;
            /**
             * Step
             * @description Null: of the whole.
             */
            step: string | null;
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
        };
        /**
         * RequeueIn
         * @example {
         *       "ids": [
         *         12,
         *         13
         *       ]
         *     }
         */
        RequeueIn: {
            /** Ids */
            ids: number[];
        };
        /** RequeueOut */
        RequeueOut: {
            /**
             * Left Alone
             * @description Ids that are not dead letters, or not dead any more.
             */
            left_alone: number[];
            /** Requeued */
            requeued: number[];
        };
        /** RestartedOut */
        RestartedOut: {
            /**
             * Backgroundjobs
             * @description Started by this.
             */
            backgroundJobs: components["schemas"]["JobOut"][];
            /**
             * Hurried
             * @description Steps that waited to be tried again, and are due now.
             */
            hurried: number;
        };
        /** RestartOut */
        RestartOut: {
            /**
             * Hurried
             * @description Steps that waited to be tried again, and are due now.
             */
            hurried: number;
        };
        /**
         * RestoreIn
         * @description Which version to restore, and the one that stands as far as the editor knows.
         * @example {
         *       "expected": 3,
         *       "version": 1
         *     }
         */
        RestoreIn: {
            /**
             * Expected
             * @description The version that stands. The header `If-Match` does the same.
             */
            expected?: number | null;
            /** Version */
            version: number;
        };
        /** ResultOut */
        ResultOut: {
            /** Attempt */
            attempt: number;
            /** Error */
            error: string | null;
            /**
             * Finished At
             * Format: date-time
             */
            finished_at: string;
            /** Result Payload */
            result_payload: unknown;
            /** Shard */
            shard: number;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /** Step Key */
            step_key: string;
            /** Worker */
            worker: string;
        };
        /**
         * RetriedOut
         * @description What is asked anew.
         */
        RetriedOut: {
            /** Backgroundjobs */
            backgroundJobs: components["schemas"]["JobOut"][];
            queueStatus: components["schemas"]["QueueStatus"];
            /**
             * Retried
             * @description Questions that had failed. Each stays `failed` until it is asked.
             */
            retried: number;
            /** Set Id */
            set_id: string;
        };
        /**
         * RetryIn
         * @description With which version to go on; and the plan that was looked at, so that no other one is carried out.
         * @example {
         *       "version": "latest"
         *     }
         * @example {}
         */
        RetryIn: {
            /**
             * Plan
             * @description `plan` of the dry run; another plan is refused with 409.
             */
            plan?: string | null;
            /**
             * Version
             * @description A number, `latest`, or nothing for the one it had.
             */
            version?: number | "latest" | null;
        };
        /** RetryRefusalOut */
        RetryRefusalOut: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "no_instance" | "only_tried" | "of_draft" | "not_broken" | "params_do_not_fit";
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /** Words */
            words: string;
        };
        /**
         * ReuseOut
         * @description What a retry of the newest instance that failed or was cancelled would do, if this were saved.
         */
        ReuseOut: {
            /** Instance Id */
            instance_id: number;
            /** @description Why that retry would be refused. */
            refusal: components["schemas"]["RetryRefusalOut"] | null;
            /** Status */
            status: string;
            /** Steps */
            steps: components["schemas"]["PlannedOut"][];
        };
        /**
         * Role
         * @description What a caller may do; each may do what those before it may.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "editor" | "admin";
        /**
         * RunIn
         * @description What one definition is started with.
         * @example {
         *       "params": {
         *         "limit": 10
         *       }
         *     }
         */
        RunIn: {
            /**
             * Budget Usd
             * @description What the instance may spend, at most what the definition allows; null: that.
             */
            budget_usd?: (number | string) | null;
            /** Params */
            params?: {
                [key: string]: unknown;
            };
        };
        /** RunnerOut */
        RunnerOut: {
            /** Description */
            description: string;
            /** Name */
            name: string;
            /**
             * Params Schema
             * @description A JSON Schema; texts are marked `x-sql`, `x-template`, `x-per-item` or `x-prompt`.
             */
            params_schema: {
                [key: string]: unknown;
            };
            /**
             * Rehearses
             * @description False: in a rehearsal its steps are left out.
             */
            rehearses: boolean;
            /** Version */
            version: string;
        };
        /**
         * SecretOut
         * @description A new token. Its secret is shown here, and never again.
         */
        SecretOut: {
            /** Expires At */
            expires_at: string | null;
            /** Id */
            id: number;
            /** Secret */
            secret: string;
        };
        /**
         * SetOut
         * @description A set of questions, and how it stands.
         */
        SetOut: {
            /** Completed */
            completed: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Definition
             * @description What explains it.
             */
            definition: string;
            /** Failed */
            failed: number;
            /** Generating */
            generating: number;
            /** Id */
            id: string;
            /**
             * Jobs
             * @description Instances that explain it, or will.
             */
            jobs: number;
            /** Pending */
            pending: number;
            /** Total */
            total: number;
        };
        /** SetQueueOut */
        SetQueueOut: {
            /** Backgroundjobs */
            backgroundJobs: components["schemas"]["JobOut"][];
            /** @description The newest of those that ended: why questions may still wait. */
            last_ended: components["schemas"]["EndedOut"] | null;
            queueStatus: components["schemas"]["QueueStatus"];
            /** Set Id */
            set_id: string;
        };
        /** SetStatusOut */
        SetStatusOut: {
            /** Next */
            next?: string | null;
            /** Questions */
            questions: components["schemas"]["StatusOut"][];
            /** Set Id */
            set_id: string;
            summary: components["schemas"]["QueueStatus"];
        };
        /** ShardsOut */
        ShardsOut: {
            /** Done */
            done: number;
            /** Failed */
            failed: number;
            /** Finished At */
            finished_at: string | null;
            /** Started At */
            started_at: string | null;
            /** Total */
            total: number;
        };
        /** SpendOut */
        SpendOut: {
            /** Dead */
            dead: number | null;
            /** Failed */
            failed: number | null;
            /** Input Tokens */
            input_tokens: number | null;
            /** Is Simulated */
            is_simulated: boolean;
            /** Jobs */
            jobs: number;
            /** Lost Replies */
            lost_replies: number | null;
            /** Mode */
            mode: string;
            /** Model */
            model: string;
            /** Output Tokens */
            output_tokens: number | null;
            /** Provider */
            provider: string;
            /** Requests */
            requests: number | null;
            /** Reserved Usd */
            reserved_usd: string | null;
            /** Spent Usd */
            spent_usd: string | null;
            /** Step Key */
            step_key: string;
            /** Succeeded */
            succeeded: number | null;
        };
        /** StartedOut */
        StartedOut: {
            /** Definition */
            definition: string;
            /** Instance Id */
            instance_id: number;
            /**
             * Is New
             * @description False: the idempotency key was used before, and this is the instance it made.
             */
            is_new: boolean;
        };
        /**
         * StatusFilter
         * @enum {string}
         */
        StatusFilter: "pending" | "running" | "succeeded" | "failed" | "cancelled";
        /**
         * StatusOut
         * @description How the explanation of a question stands.
         */
        StatusOut: {
            /**
             * Error
             * @description Why it failed, in at most 500 characters.
             */
            error: string | null;
            /**
             * Explanation
             * @description Null until it is completed.
             */
            explanation: string | null;
            /** Generated At */
            generated_at: string | null;
            /** Id */
            id: string;
            /** Question */
            question: string;
            /** Set Id */
            set_id: string | null;
            status: components["schemas"]["ExplanationState"];
        };
        /**
         * StepDetailOut
         * @description A step in full.
         */
        StepDetailOut: {
            /**
             * Definition
             * @description The step as the version of the instance has it.
             */
            definition: {
                [key: string]: unknown;
            } | null;
            inputs: components["schemas"]["InputsOut"];
            items: components["schemas"]["ItemCounts"];
            pace: components["schemas"]["PaceOut"];
            /** Parents */
            parents: components["schemas"]["ParentOut"][];
            /**
             * Results
             * @description Of the last ten attempts, the newest first.
             */
            results: components["schemas"]["ResultOut"][];
            /** Spend */
            spend: components["schemas"]["SpendOut"][];
            step: components["schemas"]["StepOut"];
        };
        /** StepOut */
        StepOut: {
            /** Attempt */
            attempt: number;
            /** Error */
            error: string | null;
            /** Failures */
            failures: number;
            /** Finished At */
            finished_at: string | null;
            /** Id */
            id: number;
            /** Leased By */
            leased_by: string | null;
            /** Losses */
            losses: number;
            /** Progress */
            progress: {
                [key: string]: unknown;
            } | null;
            /** Reason */
            reason: string | null;
            /**
             * Run After
             * Format: date-time
             */
            run_after: string;
            /** Shard */
            shard: number;
            /** Snoozes */
            snoozes: number;
            /** Started At */
            started_at: string | null;
            /** State */
            state: string;
            /** Step Key */
            step_key: string;
            /** Waiting On */
            waiting_on: number;
        };
        /** TakesOut */
        TakesOut: {
            /**
             * Code
             * @description Which sentence it is, for who says it in another language.
             * @enum {string}
             */
            code: "nothing_to_ask" | "like_jobs" | "within_window" | "unknown" | "like_calls" | "by_concurrency";
            /**
             * Values
             * @description What the sentence of this `code` names; what there is not is left out.
             */
            values: {
                [key: string]: unknown;
            };
            /**
             * Words
             * @example about 3 min, as the last 5 jobs
             */
            words: string;
        };
        /**
         * TextIn
         * @description A definition as people write it in a file.
         * @example {
         *       "text": "name: questions\nsteps: []\n"
         *     }
         */
        TextIn: {
            /**
             * Text
             * @description YAML or JSON with one definition.
             */
            text: string;
        };
        /** TextOut */
        TextOut: {
            /**
             * Text
             * @description YAML; what equals the default is left out.
             */
            text: string;
        };
        /**
         * TokenIn
         * @example {
         *       "name": "grafana",
         *       "role": "viewer"
         *     }
         */
        TokenIn: {
            /** Days */
            days?: number | null;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
        };
        /** TokenOut */
        TokenOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Revoked At */
            revoked_at: string | null;
            role: components["schemas"]["Role"];
        };
        /**
         * TriggerFilter
         * @enum {string}
         */
        TriggerFilter: "manual" | "sql" | "cron" | "http";
        /**
         * UnusableCron
         * @description A cron that never fires as it is.
         */
        UnusableCron: {
            /** Definition */
            definition: string;
            /** Problem */
            problem: string;
        };
        /**
         * UpcomingOut
         * @description An instant that comes.
         */
        UpcomingOut: {
            /** Definition */
            definition: string;
            /**
             * Fire At
             * Format: date-time
             */
            fire_at: string;
            /**
             * Is Due
             * @description Its time is past, and no scheduler has looked since.
             */
            is_due: boolean;
            /** Reason */
            reason: string | null;
            /** @description `reason` by its code; null: there is none, or it is the error of a start. */
            why: components["schemas"]["FireReasonOut"] | null;
        };
        /**
         * UploadOut
         * @description What became of an upload. ``received`` is the sum of ``saved``, ``duplicates`` and ``refused``.
         */
        UploadOut: {
            /** Backgroundjobs */
            backgroundJobs: components["schemas"]["JobOut"][];
            /**
             * Duplicate Lines
             * @description Their lines, at most 1,000.
             */
            duplicate_lines: number[];
            /**
             * Duplicates
             * @description Questions that the set had already, by their text and language.
             */
            duplicates: number;
            /**
             * Encoding
             * @description How the text was read.
             * @example utf-8
             */
            encoding: string;
            /**
             * Ignored Columns
             * @description Columns that nothing is known about.
             */
            ignored_columns: string[];
            /**
             * Is Replay
             * @description True: the answer that this Idempotency-Key had before.
             * @default false
             */
            is_replay: boolean;
            /**
             * Problems
             * @description What is wrong with the refused lines, at most 1,000.
             */
            problems: components["schemas"]["LineProblem"][];
            queueStatus: components["schemas"]["QueueStatus"];
            /** Received */
            received: number;
            /** Refused */
            refused: number;
            /** Saved */
            saved: number;
            /** Set Id */
            set_id: string;
        };
        /** VersionSummary */
        VersionSummary: {
            /** Client */
            client: string;
            /** Content Hash */
            content_hash: string;
            /**
             * Edited At
             * Format: date-time
             */
            edited_at: string;
            /** Edited By */
            edited_by: string;
            /** Version */
            version: number;
        };
        /**
         * WorkerOut
         * @description A worker that holds steps.
         */
        WorkerOut: {
            /**
             * Lease Expires At
             * Format: date-time
             * @description The soonest of its leases; it is renewed while the worker lives.
             */
            lease_expires_at: string;
            /**
             * Oldest Started At
             * Format: date-time
             */
            oldest_started_at: string;
            /**
             * Overdue
             * @description Leases that it has not renewed in time.
             */
            overdue: number;
            /** Runners */
            runners: string[];
            /** Running */
            running: number;
            /** Worker */
            worker: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AnswerLengthOut = components['schemas']['AnswerLengthOut'];
export type AppliedOut = components['schemas']['AppliedOut'];
export type AskingOut = components['schemas']['AskingOut'];
export type AttemptOut = components['schemas']['AttemptOut'];
export type AuditOut = components['schemas']['AuditOut'];
export type BatchRunIn = components['schemas']['BatchRunIn'];
export type BatchRunOut = components['schemas']['BatchRunOut'];
export type BreakerClosedOut = components['schemas']['BreakerClosedOut'];
export type BreakerCloseIn = components['schemas']['BreakerCloseIn'];
export type BreakerOut = components['schemas']['BreakerOut'];
export type BudgetOut = components['schemas']['BudgetOut'];
export type CacheReaderOut = components['schemas']['CacheReaderOut'];
export type Calendar = components['schemas']['Calendar'];
export type CallOut = components['schemas']['CallOut'];
export type CancelOut = components['schemas']['CancelOut'];
export type ChangeOut = components['schemas']['ChangeOut'];
export type Check = components['schemas']['Check'];
export type Checked = components['schemas']['Checked'];
export type CheckOut = components['schemas']['CheckOut'];
export type CollectionOut = components['schemas']['CollectionOut'];
export type CostOut = components['schemas']['CostOut'];
export type CostRemarkOut = components['schemas']['CostRemarkOut'];
export type DataAppliedOut = components['schemas']['Data_AppliedOut_'];
export type DataCheckOut = components['schemas']['Data_CheckOut_'];
export type DataListPromptSummary = components['schemas']['Data_list_PromptSummary__'];
export type DataListSetOut = components['schemas']['Data_list_SetOut__'];
export type DataPromptOut = components['schemas']['Data_PromptOut_'];
export type DataQuestionOut = components['schemas']['Data_QuestionOut_'];
export type DataRestartedOut = components['schemas']['Data_RestartedOut_'];
export type DataRetriedOut = components['schemas']['Data_RetriedOut_'];
export type DataSetQueueOut = components['schemas']['Data_SetQueueOut_'];
export type DataSetStatusOut = components['schemas']['Data_SetStatusOut_'];
export type DataStatusOut = components['schemas']['Data_StatusOut_'];
export type DataUploadOut = components['schemas']['Data_UploadOut_'];
export type DaySpendOut = components['schemas']['DaySpendOut'];
export type DefinitionIn = components['schemas']['DefinitionIn'];
export type DefinitionOut = components['schemas']['DefinitionOut'];
export type DefinitionSpendOut = components['schemas']['DefinitionSpendOut'];
export type DefinitionSummary = components['schemas']['DefinitionSummary'];
export type Diff = components['schemas']['Diff'];
export type EndedOut = components['schemas']['EndedOut'];
export type Eta = components['schemas']['Eta'];
export type EventOut = components['schemas']['EventOut'];
export type ExampleOut = components['schemas']['ExampleOut'];
export type Explanation = components['schemas']['Explanation'];
export type ExplanationState = components['schemas']['ExplanationState'];
export type FailureOut = components['schemas']['FailureOut'];
export type FireOut = components['schemas']['FireOut'];
export type FireReasonOut = components['schemas']['FireReasonOut'];
export type Formulas = components['schemas']['Formulas'];
export type GraphqlIn = components['schemas']['GraphqlIn'];
export type InputsOut = components['schemas']['InputsOut'];
export type InstanceDetail = components['schemas']['InstanceDetail'];
export type InstanceOut = components['schemas']['InstanceOut'];
export type ItemCounts = components['schemas']['ItemCounts'];
export type ItemDetailOut = components['schemas']['ItemDetailOut'];
export type ItemOut = components['schemas']['ItemOut'];
export type ItemState = components['schemas']['ItemState'];
export type JobOut = components['schemas']['JobOut'];
export type LastRun = components['schemas']['LastRun'];
export type LeaseOut = components['schemas']['LeaseOut'];
export type LetterOut = components['schemas']['LetterOut'];
export type LetterState = components['schemas']['LetterState'];
export type LetterSummary = components['schemas']['LetterSummary'];
export type LimitOut = components['schemas']['LimitOut'];
export type LineProblem = components['schemas']['LineProblem'];
export type LinkOut = components['schemas']['LinkOut'];
export type LoadingColumn = components['schemas']['LoadingColumn'];
export type LoadingOut = components['schemas']['LoadingOut'];
export type Me = components['schemas']['Me'];
export type Monitoring = components['schemas']['Monitoring'];
export type NoEtaOut = components['schemas']['NoEtaOut'];
export type NotStartedOut = components['schemas']['NotStartedOut'];
export type PaceOut = components['schemas']['PaceOut'];
export type PageAttemptOut = components['schemas']['Page_AttemptOut_'];
export type PageAuditOut = components['schemas']['Page_AuditOut_'];
export type PageBreakerOut = components['schemas']['Page_BreakerOut_'];
export type PageCacheReaderOut = components['schemas']['Page_CacheReaderOut_'];
export type PageCollectionOut = components['schemas']['Page_CollectionOut_'];
export type PageDefinitionSummary = components['schemas']['Page_DefinitionSummary_'];
export type PageEventOut = components['schemas']['Page_EventOut_'];
export type PageFailureOut = components['schemas']['Page_FailureOut_'];
export type PageInstanceOut = components['schemas']['Page_InstanceOut_'];
export type PageItemOut = components['schemas']['Page_ItemOut_'];
export type PageLeaseOut = components['schemas']['Page_LeaseOut_'];
export type PageLetterOut = components['schemas']['Page_LetterOut_'];
export type PageLetterSummary = components['schemas']['Page_LetterSummary_'];
export type PageLimitOut = components['schemas']['Page_LimitOut_'];
export type PagePassOut = components['schemas']['Page_PassOut_'];
export type PagePromptSummary = components['schemas']['Page_PromptSummary_'];
export type PagePromptVersion = components['schemas']['Page_PromptVersion_'];
export type PageProviderBatchOut = components['schemas']['Page_ProviderBatchOut_'];
export type PageResultOut = components['schemas']['Page_ResultOut_'];
export type PageRunnerOut = components['schemas']['Page_RunnerOut_'];
export type PageSpendOut = components['schemas']['Page_SpendOut_'];
export type PageStepOut = components['schemas']['Page_StepOut_'];
export type PageTokenOut = components['schemas']['Page_TokenOut_'];
export type PageVersionSummary = components['schemas']['Page_VersionSummary_'];
export type PageWorkerOut = components['schemas']['Page_WorkerOut_'];
export type ParentOut = components['schemas']['ParentOut'];
export type ParsedOut = components['schemas']['ParsedOut'];
export type PassOut = components['schemas']['PassOut'];
export type PlannedOut = components['schemas']['PlannedOut'];
export type PlanOut = components['schemas']['PlanOut'];
export type Preview = components['schemas']['Preview'];
export type Problem = components['schemas']['Problem'];
export type ProblemAt = components['schemas']['ProblemAt'];
export type ProblemSaid = components['schemas']['ProblemSaid'];
export type PromptIn = components['schemas']['PromptIn'];
export type PromptOut = components['schemas']['PromptOut'];
export type PromptPreviewIn = components['schemas']['PromptPreviewIn'];
export type PromptPreviewOut = components['schemas']['PromptPreviewOut'];
export type PromptRow = components['schemas']['PromptRow'];
export type PromptSummary = components['schemas']['PromptSummary'];
export type PromptUsed = components['schemas']['PromptUsed'];
export type PromptVersion = components['schemas']['PromptVersion'];
export type ProviderBatchOut = components['schemas']['ProviderBatchOut'];
export type QuestionOut = components['schemas']['QuestionOut'];
export type QueueOut = components['schemas']['QueueOut'];
export type QueueStatus = components['schemas']['QueueStatus'];
export type ReasonOut = components['schemas']['ReasonOut'];
export type RehearsalOut = components['schemas']['RehearsalOut'];
export type RehearsedStep = components['schemas']['RehearsedStep'];
export type RehearseIn = components['schemas']['RehearseIn'];
export type RehearsingOut = components['schemas']['RehearsingOut'];
export type RemarkOut = components['schemas']['RemarkOut'];
export type RequeueIn = components['schemas']['RequeueIn'];
export type RequeueOut = components['schemas']['RequeueOut'];
export type RestartedOut = components['schemas']['RestartedOut'];
export type RestartOut = components['schemas']['RestartOut'];
export type RestoreIn = components['schemas']['RestoreIn'];
export type ResultOut = components['schemas']['ResultOut'];
export type RetriedOut = components['schemas']['RetriedOut'];
export type RetryIn = components['schemas']['RetryIn'];
export type RetryRefusalOut = components['schemas']['RetryRefusalOut'];
export type ReuseOut = components['schemas']['ReuseOut'];
export type Role = components['schemas']['Role'];
export type RunIn = components['schemas']['RunIn'];
export type RunnerOut = components['schemas']['RunnerOut'];
export type SecretOut = components['schemas']['SecretOut'];
export type SetOut = components['schemas']['SetOut'];
export type SetQueueOut = components['schemas']['SetQueueOut'];
export type SetStatusOut = components['schemas']['SetStatusOut'];
export type ShardsOut = components['schemas']['ShardsOut'];
export type SpendOut = components['schemas']['SpendOut'];
export type StartedOut = components['schemas']['StartedOut'];
export type StatusFilter = components['schemas']['StatusFilter'];
export type StatusOut = components['schemas']['StatusOut'];
export type StepDetailOut = components['schemas']['StepDetailOut'];
export type StepOut = components['schemas']['StepOut'];
export type TakesOut = components['schemas']['TakesOut'];
export type TextIn = components['schemas']['TextIn'];
export type TextOut = components['schemas']['TextOut'];
export type TokenIn = components['schemas']['TokenIn'];
export type TokenOut = components['schemas']['TokenOut'];
export type TriggerFilter = components['schemas']['TriggerFilter'];
export type UnusableCron = components['schemas']['UnusableCron'];
export type UpcomingOut = components['schemas']['UpcomingOut'];
export type UploadOut = components['schemas']['UploadOut'];
export type VersionSummary = components['schemas']['VersionSummary'];
export type WorkerOut = components['schemas']['WorkerOut'];
export type $defs = Record<string, never>;
export interface operations {
    read_question_admin_questions__question_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a question. */
                question_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_QuestionOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_question_status_admin_questions__question_id__explanation_status_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a question. */
                question_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_StatusOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_one_question_admin_questions__question_id__retry_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a question. */
                question_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_RetriedOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restart_explanations_admin_restart_queue_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_RestartedOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sets_admin_sets_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_list_SetOut__"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_set_status_admin_sets__set_id__explanation_status_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description Only questions in this state. */
                state?: components["schemas"]["ExplanationState"] | null;
            };
            header?: never;
            path: {
                /** @description The id of a set, as you choose it: letters, digits, - and _. */
                set_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_SetStatusOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_questions_admin_sets__set_id__questions_bulk_check_post: {
        parameters: {
            query?: {
                /** @description What to do with texts that begin like formulas. */
                formulas?: components["schemas"]["Formulas"];
            };
            header?: never;
            path: {
                /** @description The id of a set, as you choose it: letters, digits, - and _. */
                set_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "answer": "mitochondrion",
                 *         "question": "Which organelle makes ATP?",
                 *         "subject": "biology"
                 *       }
                 *     ]
                 */
                "application/json": Record<string, never>[];
                /**
                 * @example question,answer
                 *     Which organelle makes ATP?,mitochondrion
                 *     문제와 정답도 된다,예
                 */
                "text/csv": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_CheckOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_questions_admin_sets__set_id__questions_bulk_upload_post: {
        parameters: {
            query?: {
                /** @description What to do with texts that begin like formulas. */
                formulas?: components["schemas"]["Formulas"];
                /** @description True: one bad line, and nothing is saved. */
                strict?: boolean;
            };
            header?: {
                /** @description The same key gives the same instance again. */
                "idempotency-key"?: string | null;
            };
            path: {
                /** @description The id of a set, as you choose it: letters, digits, - and _. */
                set_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "answer": "mitochondrion",
                 *         "question": "Which organelle makes ATP?",
                 *         "subject": "biology"
                 *       }
                 *     ]
                 */
                "application/json": Record<string, never>[];
                /**
                 * @example question,answer
                 *     Which organelle makes ATP?,mitochondrion
                 *     문제와 정답도 된다,예
                 */
                "text/csv": string;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_UploadOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_queue_status_admin_sets__set_id__questions_queue_status_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a set, as you choose it: letters, digits, - and _. */
                set_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_SetQueueOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_failed_questions_admin_sets__set_id__questions_retry_failed_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a set, as you choose it: letters, digits, - and _. */
                set_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_RetriedOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_system_prompts_admin_system_prompts_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_list_PromptSummary__"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_system_prompt_admin_system_prompts__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_PromptOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_system_prompt_admin_system_prompts__name__put: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that was edited, as `"3"`; `*`: any. */
                "if-match"?: string | null;
                /** @description `*`: there must be none yet. */
                "if-none-match"?: string | null;
            };
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromptIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Data_AppliedOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit_audit_get: {
        parameters: {
            query?: {
                action?: string | null;
                actor?: string | null;
                /** @description Only ids below: `next` of the page before. */
                before?: number | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run_batch_batch_run_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key gives the same instance again. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchRunIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchRunOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_budget_budget_get: {
        parameters: {
            query?: {
                /** @description How many days back. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BudgetOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_cache_readers_cache_readers_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CacheReaderOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_breakers_circuit_breakers_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_BreakerOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_breaker_circuit_breakers__name__close_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a circuit breaker. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BreakerClosedOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_named_breaker_circuit_breakers_close_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BreakerCloseIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BreakerClosedOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_collections_collections_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CollectionOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_calendar_cron_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                /** @description Only of this definition. */
                definition?: string | null;
                /** @description Default: a week ago. */
                from?: string | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Default: no end. */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_letters_dead_letters_get: {
        parameters: {
            query?: {
                /** @description Only ids below: `next` of the page before. */
                before?: number | null;
                /** @description Only of this instance. */
                instance?: number | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Only of this `reason` of the summary. */
                reason?: string | null;
                /** @description Only of this source, as the table they were meant for. */
                source?: string | null;
                state?: components["schemas"]["LetterState"] | null;
                /** @description Only of the steps with this key. */
                step?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LetterOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requeue_letters_dead_letters_requeue_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequeueIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequeueOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    summarise_letters_dead_letters_summary_get: {
        parameters: {
            query?: {
                /** @description Only of this instance. */
                instance?: number | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Only of this source, as the table they were meant for. */
                source?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LetterSummary_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_definitions_definitions_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DefinitionSummary_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_definition_definitions__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinitionOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_definition_definitions__name__put: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that was edited, as `"3"`; `*`: any. */
                "if-match"?: string | null;
                /** @description `*`: there must be none yet. */
                "if-none-match"?: string | null;
            };
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefinitionIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppliedOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    diff_versions_definitions__name__diff_get: {
        parameters: {
            query?: {
                /** @description Default: the one before. */
                from?: number | null;
                /** @description Default: the one that stands. */
                to?: number | null;
            };
            header?: never;
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diff"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rehearse_definition_definitions__name__rehearse_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RehearseIn"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RehearsingOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_definition_definitions__name__restore_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that was edited, as `"3"`; `*`: any. */
                "if-match"?: string | null;
            };
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppliedOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run_definition_definitions__name__run_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key gives the same instance again. */
                "idempotency-key"?: string | null;
            };
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RunIn"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_versions_definitions__name__versions_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_VersionSummary_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_version_definitions__name__versions__version__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a definition. */
                name: string;
                /** @description The number of a version. */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinitionOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    parse_definition_definitions_parse_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TextIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParsedOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_definition_definitions_preview_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefinitionIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    write_definition_definitions_text_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefinitionIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TextOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    validate_definition_definitions_validate_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefinitionIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checked"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events_events_get: {
        parameters: {
            query?: {
                /** @description Only instances of this definition. */
                definition?: string | null;
                /** @description Only this instance. */
                instance?: number | null;
                /** @description The id of the last event seen. */
                since?: string | null;
            };
            header?: {
                /** @description As `since`; browsers send it by themselves. */
                "last-event-id"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example event: step
                     *     data: {"instance_id":7,"id":31,"step_key":"load","state":"running","reason":null,"attempt":1,"waiting_on":0,"run_after":"2026-11-21T09:30:00+00:00","progress":{"done":500,"failed":0,"total":1319},"error":null,"started_at":"2026-11-21T09:30:00+00:00","finished_at":null,"definition":"questions"}
                     *     id: 7451-1795253400000000
                     */
                    "text/event-stream": unknown;
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    graphql_graphql_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GraphqlIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz_healthz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_instances_instances_get: {
        parameters: {
            query?: {
                /** @description Only ids below: `next` of the page before. */
                before?: number | null;
                created_from?: string | null;
                created_until?: string | null;
                definition?: string | null;
                /** @description How many at most. */
                limit?: number;
                status?: components["schemas"]["StatusFilter"] | null;
                trigger?: components["schemas"]["TriggerFilter"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_InstanceOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_instance_instances__instance_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstanceDetail"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_instance_instances__instance_id__cancel_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_definition_of_instance_instances__instance_id__definition_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinitionOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_eta_instances__instance_id__eta_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Eta"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain_instance_instances__instance_id__explain_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"][];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_log_instances__instance_id__log_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Only of this step. */
                step?: string | null;
            };
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EventOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_rehearsal_instances__instance_id__rehearsal_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a rehearsal. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RehearsalOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_results_instances__instance_id__results_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Only of this step. */
                step?: string | null;
            };
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ResultOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_instance_instances__instance_id__retry_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetryIn"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    plan_retry_instances__instance_id__retry_plan_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetryIn"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_spend_instances__instance_id__spend_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SpendOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_steps_instances__instance_id__steps_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: number | null;
                /** @description How many at most. */
                limit?: number;
                /** @description The shards of this parallel step. */
                shards_of?: string | null;
            };
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_StepOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_step_instances__instance_id__steps__step_key__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
                /** @description The key of a step. */
                step_key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepDetailOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain_step_instances__instance_id__steps__step_key__explain_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
                /** @description The key of a step. */
                step_key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_failures_instances__instance_id__steps__step_key__failures_get: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
                /** @description The key of a step. */
                step_key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FailureOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_items_instances__instance_id__steps__step_key__items_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Only failed ones with this `reason` of the step's failures. */
                reason?: string | null;
                /** @description Only these; failed and dead: what went wrong. */
                state?: components["schemas"]["ItemState"][] | null;
            };
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
                /** @description The key of a step. */
                step_key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ItemOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_item_instances__instance_id__steps__step_key__items__shard___seq__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
                /** @description The number of an item. */
                seq: number;
                /** @description 0, but of a parallel step. */
                shard: number;
                /** @description The key of a step. */
                step_key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemDetailOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_timeline_instances__instance_id__timeline_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                /** @description How many at most. */
                limit?: number;
                /** @description The shards of this parallel step. */
                shards_of?: string | null;
            };
            header?: never;
            path: {
                /** @description The id of an instance. */
                instance_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AttemptOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_leases_leases_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: number | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Only of this worker. */
                worker?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LeaseOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_limits_limits_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LimitOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login_login_get: {
        parameters: {
            query: {
                code: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_link_login_links_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout_logout_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_me_me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics_metrics_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_monitoring_monitoring_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitoring"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_prompts_prompts_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PromptSummary_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_prompt_prompts__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_prompt_prompts__name__put: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that was edited, as `"3"`; `*`: any. */
                "if-match"?: string | null;
                /** @description `*`: there must be none yet. */
                "if-none-match"?: string | null;
            };
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromptIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppliedOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_prompt_versions_prompts__name__versions_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a definition. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PromptVersion_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_prompt_version_prompts__name__versions__version__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a definition. */
                name: string;
                /** @description The number of a version. */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_draft_prompts_preview_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromptPreviewIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptPreviewOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_provider_batches_provider_batches_get: {
        parameters: {
            query?: {
                /** @description Only ids below: `next` of the page before. */
                before?: number | null;
                /** @description Only of this instance. */
                instance?: number | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Only those whose books are open. */
                open?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ProviderBatchOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_queue_queue_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restart_queue_queue_restart_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestartOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz_readyz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The database is away. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_runners_runners_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RunnerOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_session_sessions_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_streams_streams_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PassOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tokens_tokens_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TokenOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_token_tokens_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretOut"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_token_tokens__token_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_workers_workers_get: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WorkerOut_"];
                };
            };
            /** @description A problem (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
