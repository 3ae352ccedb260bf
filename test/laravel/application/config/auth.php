<?php

return [
    'defaults' => ['guard' => 'token'],
    'guards' => ['token' => ['driver' => 'token']],
];
