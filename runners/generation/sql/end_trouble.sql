-- A call was answered: the trouble is over for everybody.
delete from provider_trouble
where provider = :provider
  and model = :model
