-- Prices that win over the built-in list.
select provider, model, mode, input_usd, cached_usd, output_usd
from model_price
