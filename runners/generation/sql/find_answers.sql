-- What has been paid for already.
select request_hash, answer, finish, input_tokens, output_tokens
from provider_answer
where request_hash = any(cast(:hashes as text[]))
