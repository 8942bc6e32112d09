-- What has been paid for already, and whether that was before a time.
select request_hash, answer, finish, input_tokens, output_tokens,
       coalesce(answered_at < cast(:since as timestamptz), false)
from provider_answer
where request_hash = any(cast(:hashes as text[]))
